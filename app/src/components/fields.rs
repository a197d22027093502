//! Fields that people type into. Label above, hint below it, problem below that, then the field.

use leptos::prelude::*;
use words::Lang;

use super::{
    Kept,
    errors::{field_error, plain},
};

/// One field of a form.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its name in the form; its id is `f-` and the name.
    pub(crate) name: &'static str,
    /// The label.
    pub(crate) label: String,
    /// A line of help.
    pub(crate) hint: Option<String>,
    /// What stands in it.
    pub(crate) value: String,
    /// `tel`, `text`, `number`…
    pub(crate) kind: &'static str,
    /// What the browser may fill in.
    pub(crate) autocomplete: &'static str,
    /// `field__input--short`, `field__input--code` or nothing.
    pub(crate) look: &'static str,
}

impl Field {
    /// A plain text field with what was typed, or what stood there before.
    pub(crate) fn new(name: &'static str, label: String, kept: &Kept, before: impl Into<String>) -> Self {
        Self { name, label, hint: None, value: kept.or(name, before), kind: "text", autocomplete: "off", look: "" }
    }

    /// With a line of help.
    pub(crate) fn hint(self, hint: String) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// For a phone number.
    pub(crate) fn phone(self) -> Self {
        Self { kind: "tel", autocomplete: "tel", look: "field__input--short", ..self }
    }

    /// For a one-time code.
    pub(crate) fn code(self) -> Self {
        Self { autocomplete: "one-time-code", look: "field__input--code", ..self }
    }

    /// With what the browser may fill in.
    pub(crate) fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    /// Short: a number, an hour.
    pub(crate) fn short(self) -> Self {
        Self { look: "field__input--short", ..self }
    }
}

/// The ids that describe a field: its hint and its problem, as far as there are any.
pub(super) fn described_by(name: &str, hinted: Option<&String>, wrong: bool) -> Option<String> {
    let name = plain(name);
    let hint = hinted.map(|_| format!("f-{name}-h"));
    let problem = wrong.then(|| format!("f-{name}-e"));
    let ids: Vec<String> = hint.into_iter().chain(problem).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

pub(super) fn group_class(wrong: bool) -> &'static str {
    if wrong { "field field--error" } else { "field" }
}

/// A one-line field.
pub(crate) fn text_field(lang: Lang, kept: &Kept, field: Field) -> AnyView {
    let problem = kept.problem(field.name);
    let described = described_by(field.name, field.hint.as_ref(), problem.is_some());
    let inputmode = match (field.kind, field.look) {
        ("tel", _) => Some("tel"),
        (_, "field__input--code") => Some("numeric"),
        _ => None,
    };
    let id = format!("f-{}", plain(field.name));
    view! {
        <div class=group_class(problem.is_some())>
            <label class="field__label" for=id.clone()>
                {field.label}
            </label>
            {field
                .hint
                .map(|hint| {
                    view! {
                        <p class="field__hint" id=format!("f-{}-h", plain(field.name))>
                            {hint}
                        </p>
                    }
                })}
            {field_error(lang, field.name, problem)}
            <input
                class=format!("field__input {}", field.look)
                id=id
                name=field.name
                r#type=field.kind
                value=field.value
                autocomplete=field.autocomplete
                inputmode=inputmode
                spellcheck="false"
                aria-invalid=problem.map(|_| "true")
                aria-describedby=described
            />
        </div>
    }
    .into_any()
}

/// A field of several lines: the only place where the tag stands. Leptos doesn't escape the tag's children, so the text
/// goes through an escape of our own.
pub(crate) fn note_field(lang: Lang, kept: &Kept, field: Field) -> AnyView {
    let problem = kept.problem(field.name);
    let described = described_by(field.name, field.hint.as_ref(), problem.is_some());
    let id = format!("f-{}", plain(field.name));
    view! {
        <div class=group_class(problem.is_some())>
            <label class="field__label" for=id.clone()>
                {field.label}
            </label>
            {field
                .hint
                .map(|hint| {
                    view! {
                        <p class="field__hint" id=format!("f-{}-h", plain(field.name))>
                            {hint}
                        </p>
                    }
                })}
            {field_error(lang, field.name, problem)}
            <textarea
                class="field__textarea"
                id=id
                name=field.name
                rows="3"
                aria-invalid=problem.map(|_| "true")
                aria-describedby=described
            >
                {escaped(&field.value)}
            </textarea>
        </div>
    }
    .into_any()
}

/// The text with the five characters that mean something in HTML written out. A line break first, because a browser
/// drops the first one behind the tag.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 1);
    safe.push('\n');
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// A list to choose one of. `options` are value and words.
pub(crate) fn select(lang: Lang, kept: &Kept, field: Field, options: Vec<(String, String)>) -> AnyView {
    let problem = kept.problem(field.name);
    let described = described_by(field.name, field.hint.as_ref(), problem.is_some());
    let id = format!("f-{}", plain(field.name));
    let rows = options
        .into_iter()
        .map(|(value, words)| {
            let chosen = value == field.value;
            view! {
                <option value=value selected=chosen>
                    {words}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class=group_class(problem.is_some())>
            <label class="field__label" for=id.clone()>
                {field.label}
            </label>
            {field
                .hint
                .map(|hint| {
                    view! {
                        <p class="field__hint" id=format!("f-{}-h", plain(field.name))>
                            {hint}
                        </p>
                    }
                })}
            {field_error(lang, field.name, problem)}
            <select
                class="field__select"
                id=id
                name=field.name
                aria-invalid=problem.map(|_| "true")
                aria-describedby=described
            >
                {rows}
            </select>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_note_field_cannot_be_broken_out_of() {
        let owner = Owner::new();
        let html = owner.with(|| {
            let nasty = "</textarea><script>alert(1)</script>&amp;";
            let field = Field::new("note", "Muuta".to_owned(), &Kept::default(), nasty);
            note_field(Lang::Fi, &Kept::default(), field).to_html()
        });
        assert!(!html.contains("<script>"), "{html}");
        assert_eq!(html.matches("</textarea>").count(), 1, "{html}");
        assert!(html.contains("&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;"), "{html}");
    }
}
