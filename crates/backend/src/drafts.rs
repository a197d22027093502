//! An order being made, question by question.
