//! Fields that people type into. Label above, hint below it, problem below that, then the field.

use domain::Problem;
use leptos::prelude::*;
use words::Lang;

use super::{
    Kept,
    errors::{field_error, plain},
};

/// One field of a form.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its name in the form; its id is `f-` and the name, and `-` and `which`.
    pub(crate) name: &'static str,
    /// Which of several of that name on one page, where there are: nothing for the one that a summary's link leads to.
    pub(crate) which: Option<String>,
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
        Self {
            name,
            which: None,
            label,
            hint: None,
            value: kept.or(name, before),
            kind: "text",
            autocomplete: "off",
            look: "",
        }
    }

    /// One of several of its name on the page, told apart by its id.
    pub(crate) fn which(self, which: Option<String>) -> Self {
        Self { which, ..self }
    }

    /// With a line of help.
    pub(crate) fn hint(self, hint: String) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// For a phone number.
    pub(crate) fn phone(self) -> Self {
        Self { kind: "tel", autocomplete: "tel", look: "field__input--short", ..self }
    }

    /// For an e-mail address.
    pub(crate) fn email(self) -> Self {
        Self { kind: "email", autocomplete: "email", ..self }
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

/// The ids that describe the field of that id: its hint and its problem, as far as there are any.
pub(super) fn described_by(id: &str, hinted: Option<&String>, wrong: bool) -> Option<String> {
    let hint = hinted.map(|_| format!("{id}-h"));
    let problem = wrong.then(|| format!("{id}-e"));
    let ids: Vec<String> = hint.into_iter().chain(problem).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

pub(super) fn group_class(wrong: bool) -> &'static str {
    if wrong { "field field--error" } else { "field" }
}

/// What stands around every field, and ties it to its label, hint and problem.
struct Around {
    id: String,
    problem: Option<Problem>,
    described: Option<String>,
    invalid: Option<&'static str>,
}

impl Around {
    fn new(kept: &Kept, field: &Field) -> Self {
        let problem = kept.problem(field.name);
        let which = field.which.as_ref().map(|which| format!("-{which}")).unwrap_or_default();
        let id = format!("f-{}{which}", plain(field.name));
        Self {
            problem,
            described: described_by(&id, field.hint.as_ref(), problem.is_some()),
            invalid: problem.map(|_| "true"),
            id,
        }
    }

    fn labelled(self, lang: Lang, field: Field, control: AnyView) -> AnyView {
        let hint_id = format!("{}-h", self.id);
        let error = field_error(lang, &self.id, field.name, self.problem);
        let hint = field.hint.map(|hint| view! { <p class="field__hint" id=hint_id>{hint}</p> });
        view! {
            <div class=group_class(self.problem.is_some())>
                <label class="field__label" for=self.id>
                    {field.label}
                </label>
                {hint}
                {error}
                {control}
            </div>
        }
        .into_any()
    }
}

/// A one-line field.
pub(crate) fn text_field(lang: Lang, kept: &Kept, field: Field) -> AnyView {
    let around = Around::new(kept, &field);
    let inputmode = match (field.kind, field.look) {
        ("tel", _) => Some("tel"),
        (_, "field__input--code") => Some("numeric"),
        _ => None,
    };
    let control = view! {
        <input
            class=format!("field__input {}", field.look)
            id=around.id.clone()
            name=field.name
            r#type=field.kind
            value=field.value.clone()
            autocomplete=field.autocomplete
            inputmode=inputmode
            spellcheck="false"
            aria-invalid=around.invalid
            aria-describedby=around.described.clone()
        />
    }
    .into_any();
    around.labelled(lang, field, control)
}

/// A field of several lines: the only place where the tag stands. Leptos doesn't escape the tag's children, so the text
/// goes through an escape of our own.
pub(crate) fn note_field(lang: Lang, kept: &Kept, field: Field) -> AnyView {
    let around = Around::new(kept, &field);
    let control = view! {
        <textarea
            class="field__textarea"
            id=around.id.clone()
            name=field.name
            rows="3"
            aria-invalid=around.invalid
            aria-describedby=around.described.clone()
        >
            {escaped(&field.value)}
        </textarea>
    }
    .into_any();
    around.labelled(lang, field, control)
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
    let around = Around::new(kept, &field);
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
    let control = view! {
        <select
            class="field__select"
            id=around.id.clone()
            name=field.name
            aria-invalid=around.invalid
            aria-describedby=around.described.clone()
        >
            {rows}
        </select>
    }
    .into_any();
    around.labelled(lang, field, control)
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
