//! What was typed and what is wrong with it: beside the field and in a summary on top, as GOV.UK does.

use backend::KeptForm;
use domain::Problem;
use leptos::prelude::*;
use words::{Lang, t};

use crate::{names, visitor::Visitor};

/// A form's kept answers. Empty unless the page was asked to show them (`?fix=1`).
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept(KeptForm);

/// What was typed into that form last, when this page is shown to mend it.
pub(crate) async fn kept(visitor: &Visitor, form: &str) -> Result<Kept, backend::Error> {
    if visitor.asked("fix").is_empty() {
        return Ok(Kept::default());
    }
    Ok(Kept(visitor.backend.kept_form(&visitor.caller, form).await?.unwrap_or_default()))
}

impl Kept {
    /// What was typed into that field, if the form was sent.
    pub(crate) fn typed(&self, field: &str) -> Option<String> {
        let field = plain(field);
        self.0.values.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone())
    }

    /// What was typed, or what stood there before.
    pub(crate) fn or(&self, field: &str, before: impl Into<String>) -> String {
        self.typed(field).unwrap_or_else(|| before.into())
    }

    /// What is wrong with that field.
    pub(crate) fn problem(&self, field: &str) -> Option<Problem> {
        let field = plain(field);
        self.0.problems.iter().find(|problem| problem.field == field).map(|problem| problem.problem)
    }

    /// Whether anything is wrong.
    pub(crate) fn has_problems(&self) -> bool {
        !self.0.problems.is_empty()
    }

    /// The summary: focused by the browser through its place at the top, each line a link to its field.
    pub(crate) fn summary(&self, lang: Lang) -> impl IntoView + use<> {
        let place = |field: &str| self.0.values.iter().position(|(name, _)| name == field);
        let mut problems = self.0.problems.clone();
        // In the order of the fields on the page, which is the order in which they were posted.
        problems.sort_by_key(|problem| place(&problem.field).unwrap_or(usize::MAX));
        let count = problems.len();
        (count > 0).then(|| {
            let title = t!(lang, common.errors_title, count = count);
            let lines = problems
                .into_iter()
                .map(|problem| {
                    let href = format!("#f-{}", problem.field);
                    view! {
                        <li>
                            <a class="error-summary__link" href=href>
                                {names::field_problem(lang, &problem.field, problem.problem)}
                            </a>
                        </li>
                    }
                })
                .collect_view();
            view! {
                <div class="error-summary" role="alert" tabindex="-1" aria-labelledby="error-title" autofocus>
                    <h2 class="error-summary__title" id="error-title">
                        {title}
                    </h2>
                    <ul class="error-summary__list">{lines}</ul>
                </div>
            }
        })
    }
}

/// A field's plain name: `form[gap]` and `skills[]` are posted by other names than they are spoken of.
pub(super) fn plain(name: &str) -> &str {
    name.strip_prefix("form[").unwrap_or(name).trim_end_matches(']').trim_end_matches('[')
}

/// The line beside the field of that id and name, when it has a problem.
pub(super) fn field_error(lang: Lang, id: &str, field: &str, problem: Option<Problem>) -> impl IntoView + use<> {
    let id = format!("{id}-e");
    problem.map(|problem| {
        view! {
            <p class="field__error" id=id>
                <span class="visually-hidden">{t!(lang, common.error_prefix)}</span>
                {names::field_problem(lang, plain(field), problem)}
            </p>
        }
    })
}
