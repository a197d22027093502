//! The list of times, which narrows as one chooses a day and a part of the day. Without JavaScript it is the whole
//! list, the first ones open and the rest behind "show more".

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// One arrival window, in finished words.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TimeRow {
    /// What is sent.
    pub value: String,
    /// "Huomenna, tiistaina 24. marraskuuta kello 8–9".
    pub title: String,
    /// "Mikko pääsee.", or nothing.
    pub hint: String,
    /// The day, as a code.
    pub day: String,
    /// The part of the day, as a code.
    pub part: String,
}

/// The choices.
#[island]
pub fn Times(
    /// All of them, in order.
    rows: Vec<TimeRow>,
    /// The one chosen before.
    chosen: String,
    /// How many stand open from the beginning.
    open: usize,
    /// "Näytä lisää aikoja".
    more: String,
    /// "Päivä".
    day_label: String,
    /// Code and words of each day, the first for all of them with an empty code.
    days: Vec<(String, String)>,
    /// "Vuorokaudenaika".
    part_label: String,
    /// Code and words of each part of the day, the first for all with an empty code.
    parts: Vec<(String, String)>,
    /// What is said when nothing is left.
    nothing: String,
) -> impl IntoView {
    let (day, set_day) = signal(String::new());
    let (part, set_part) = signal(String::new());
    let (alive, set_alive) = signal(false);
    Effect::new(move |_| set_alive.set(true));
    let fits = move |row: &TimeRow| {
        let (day, part) = (day.get(), part.get());
        (day.is_empty() || row.day == day) && (part.is_empty() || row.part == part)
    };
    let narrowed = move || !day.get().is_empty() || !part.get().is_empty();
    let total = rows.len();
    let list = rows.clone();
    let none_left = Memo::new(move |_| !list.iter().any(fits));
    let row = move |at: usize, row: TimeRow| {
        let checked = row.value == chosen;
        let id = if at == 0 { "f-time".to_owned() } else { format!("f-time-{at}") };
        let shown = row.clone();
        view! {
            <label class="choice" hidden=move || !fits(&shown)>
                <input class="choice__input" id=id r#type="radio" name="time" value=row.value checked=checked />
                <span class="choice__text">
                    <span class="choice__title">{row.title}</span>
                    {(!row.hint.is_empty()).then(|| view! { <span class="choice__hint">{row.hint}</span> })}
                </span>
            </label>
        }
    };
    let mut all = rows.into_iter().enumerate();
    let first = all.by_ref().take(open).map(|(at, time)| row(at, time)).collect_view();
    let rest = all.map(|(at, time)| row(at, time)).collect_view();
    let pick = |label: String, options: Vec<(String, String)>, set: WriteSignal<String>, id: &'static str| {
        let options =
            options.into_iter().map(|(code, words)| view! { <option value=code>{words}</option> }).collect_view();
        view! {
            <div class="field">
                <label class="field__label" for=id>
                    {label}
                </label>
                <select class="field__select" id=id on:change=move |event| set.set(event_target_value(&event))>
                    {options}
                </select>
            </div>
        }
    };
    view! {
        <div class="times__filter" hidden=move || !alive.get()>
            {pick(day_label, days, set_day, "times-day")}
            {pick(part_label, parts, set_part, "times-part")}
        </div>
        <div class="stack" role="presentation">
            {first}
            <details class="details" open=narrowed hidden=move || total <= open>
                <summary class="details__summary" hidden=narrowed>{more}</summary>
                <div class="stack">{rest}</div>
            </details>
        </div>
        <p class="lead" role="status">
            {move || none_left.get().then(|| nothing.clone())}
        </p>
    }
}
