//! Radio buttons and checkboxes as large rows.

use leptos::prelude::*;
use words::Lang;

use super::{
    Kept,
    errors::{field_error, plain},
    fields::{described_by, group_class},
};

/// One row to choose.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// What is sent.
    pub(crate) value: String,
    /// What it says.
    pub(crate) title: String,
    /// A quieter line below.
    pub(crate) hint: Option<String>,
}

impl Choice {
    /// A row of one line.
    pub(crate) fn new(value: impl Into<String>, title: String) -> Self {
        Self { value: value.into(), title, hint: None }
    }

    /// With a quieter line below.
    pub(crate) fn hint(self, hint: String) -> Self {
        Self { hint: Some(hint), ..self }
    }
}

/// One of several. With an `h1` legend when it is the page's only question (`question` is the page's heading then).
pub(crate) fn radios(
    lang: Lang,
    kept: &Kept,
    name: &'static str,
    legend: Legend,
    chosen: &str,
    choices: Vec<Choice>,
) -> AnyView {
    group(lang, kept, name, legend, &[kept.or(name, chosen)], "radio", choices)
}

/// Any of several.
pub(crate) fn checkboxes(
    lang: Lang,
    kept: &Kept,
    name: &'static str,
    legend: Legend,
    chosen: &[String],
    choices: Vec<Choice>,
) -> AnyView {
    group(lang, kept, name, legend, chosen, "checkbox", choices)
}

/// What the group of choices asks.
#[derive(Clone, Debug)]
pub(crate) struct Legend {
    words: String,
    heading: bool,
    hint: Option<String>,
}

impl Legend {
    /// A question among others on the page.
    pub(crate) fn question(words: String) -> Self {
        Self { words, heading: false, hint: None }
    }

    /// The page's only question, which is its heading.
    pub(crate) fn heading(words: String) -> Self {
        Self { words, heading: true, hint: None }
    }

    /// With a line of help.
    pub(crate) fn hint(self, hint: String) -> Self {
        Self { hint: Some(hint), ..self }
    }
}

fn group(
    lang: Lang,
    kept: &Kept,
    name: &'static str,
    legend: Legend,
    chosen: &[String],
    kind: &'static str,
    choices: Vec<Choice>,
) -> AnyView {
    let plain = plain(name);
    let problem = kept.problem(plain);
    let id = format!("f-{plain}");
    let described = described_by(&id, legend.hint.as_ref(), problem.is_some());
    let hint_class = if legend.heading { "lead" } else { "field__hint" };
    let rows = choices
        .into_iter()
        .enumerate()
        .map(|(at, choice)| {
            // The summary's link leads to the first row.
            let id = if at == 0 { id.clone() } else { format!("{id}-{at}") };
            let checked = chosen.contains(&choice.value);
            view! {
                <label class="choice">
                    <input class="choice__input" id=id r#type=kind name=name value=choice.value checked=checked />
                    <span class="choice__text">
                        <span class="choice__title">{choice.title}</span>
                        {choice.hint.map(|hint| view! { <span class="choice__hint">{hint}</span> })}
                    </span>
                </label>
            }
        })
        .collect_view();
    let error = field_error(lang, &id, plain, problem);
    let words = if legend.heading {
        view! { <h1 class="heading">{legend.words}</h1> }.into_any()
    } else {
        legend.words.into_any()
    };
    view! {
        <fieldset class=group_class(problem.is_some()) aria-describedby=described>
            <legend class="field__legend">{words}</legend>
            {legend
                .hint
                .map(|hint| {
                    view! {
                        <p class=hint_class id=format!("{id}-h")>
                            {hint}
                        </p>
                    }
                })}
            {error}
            {rows}
        </fieldset>
    }
    .into_any()
}
