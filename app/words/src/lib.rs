//! Every text that a person reads, in every language: one struct a text, made by `build.rs` from `app/locales/`.
//!
//! Not here: how a date or a sum of money is written; a text takes them ready-made.
//! To add a text: put it into `app/locales/fi/<screen>.json`, then sv and en (the build says which are missing);
//! fi-simple may leave it out. `{{ name }}` is a variable; `thing_one` and `thing_other` are one text with a `count`.

/// A number that a text counts. Finnish, Swedish and English have a form of its own for 1 alone.
pub trait Count: core::fmt::Display {
    /// Whether the form for one fits.
    fn is_one(&self) -> bool;
}

macro_rules! count {
    ($($number:ty),*) => { $(impl Count for $number { fn is_one(&self) -> bool { *self == 1 } })* };
}
count!(u8, u16, u32, u64, usize, i8, i16, i32, i64);

/// A code that names none of the languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLang;

/// The text in that language, as a `String`: `t!(lang, order.title)`, `t!(lang, order.costs, price = sum)`.
#[macro_export]
macro_rules! t {
    ($lang:expr, $screen:ident.$text:ident $(, $name:ident = $value:expr)* $(,)?) => {
        ::std::string::String::from($crate::$screen::$text { $($name: &$value),* }.text($lang))
    };
}

include!(concat!(env!("OUT_DIR"), "/words.rs"));
