//! A list of answers, each with a way to change it.

use leptos::prelude::*;
use words::{Lang, t};

/// One answer.
pub(crate) struct Row {
    key: String,
    value: AnyView,
    change: Option<String>,
}

impl Row {
    /// A key and what it is.
    pub(crate) fn new(key: String, value: impl IntoView + 'static) -> Self {
        Self { key, value: value.into_any(), change: None }
    }

    /// With the page where it can be changed.
    pub(crate) fn change(self, page: &str) -> Self {
        Self { change: Some(page.to_owned()), ..self }
    }
}

/// The list.
pub(crate) fn summary_list(lang: Lang, rows: Vec<Row>) -> AnyView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let what = row.key.to_lowercase();
            view! {
                <div class="summary-list__row">
                    <dt class="summary-list__key">{row.key}</dt>
                    <dd class="summary-list__value">{row.value}</dd>
                    {row
                        .change
                        .map(|href| {
                            view! {
                                <dd class="summary-list__action">
                                    <a href=href>
                                        {t!(lang, common.change)}
                                        <span class="visually-hidden">{t!(lang, common.change_what, what = what)}</span>
                                    </a>
                                </dd>
                            }
                        })}
                </div>
            }
        })
        .collect_view();
    view! { <dl class="summary-list">{rows}</dl> }.into_any()
}
