//! The resident's door codes: given, changed, taken back; never shown again here.

use backend::Error;
use domain::{Address, HomeId};
use leptos::prelude::*;
use words::t;

use crate::{
    components::{Action, Field, Kept, Page, button, form, kept, one_button, text_field, told_note},
    pages::signed_in,
    visitor::Visitor,
};

/// `/my/doors`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    signed_in(&visitor)?;
    let lang = visitor.lang();
    let doors = visitor.backend.doors(&visitor.caller).await?;
    let kept = kept(&visitor, "door-set").await?;
    let title = t!(lang, door.title);
    let told = match visitor.asked("told") {
        "saved" => Some(t!(lang, door.told_saved)),
        "removed" => Some(t!(lang, door.told_removed)),
        _ => None,
    };
    let homes = if !doors.available {
        view! { <p class="note">{t!(lang, door.unavailable)}</p> }.into_any()
    } else if doors.homes.is_empty() {
        view! { <p>{t!(lang, door.no_home)}</p> }.into_any()
    } else {
        let posted = kept.typed("home");
        let shown_first =
            |at: usize, home: &HomeId| posted.as_ref().map_or(at == 0, |posted| *posted == home.to_string());
        let cards =
            doors.homes.iter().enumerate().map(|(at, home)| card(&visitor, &kept, home, shown_first(at, &home.0)));
        cards.collect_view().into_any()
    };
    let body = view! {
        {kept.summary(lang)}
        {told.map(told_note)}
        <h1 class="heading">{title.clone()}</h1>
        <p class="lead">{t!(lang, door.lead)}</p>
        {homes}
    };
    let back = if visitor.caller.serving.is_some() { "/lounge/resident" } else { "/my" };
    Ok(Page::new(title, body).back(back).wrong(kept.has_problems()))
}

/// A home with its form. What is wrong belongs to the home that was posted, and the summary's link leads to its field.
fn card(visitor: &Visitor, kept: &Kept, (id, address, has_code): &(HomeId, Address, bool), is_posted: bool) -> AnyView {
    let lang = visitor.lang();
    let home = address.line();
    let nothing = Kept::default();
    let kept = if is_posted { kept } else { &nothing };
    let code = Field::new("door_code", t!(lang, door.code), &nothing, "").hint(t!(lang, door.code_hint));
    let code = code.which((!is_posted).then(|| id.to_string()));
    let (state, send) = if *has_code {
        (t!(lang, door.kept), t!(lang, door.change))
    } else {
        (t!(lang, door.none), t!(lang, door.save))
    };
    let remove = has_code.then(|| {
        let words = t!(lang, door.remove, home = home);
        one_button("/api/door/remove", Action::Danger, words, vec![("home", id.to_string())])
    });
    view! {
        <section class="visit-card">
            <h2 class="visit-card__title">{home.clone()}</h2>
            <p class="visit-card__text">{state}</p>
            {form(
                "/api/door/set",
                view! {
                    <input type="hidden" name="home" value=id.to_string() />
                    {text_field(lang, kept, code)}
                    {button(Action::Main, send)}
                },
            )}
            {remove}
        </section>
    }
    .into_any()
}
