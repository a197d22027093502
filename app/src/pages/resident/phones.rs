//! The phones that stay signed in as the resident's, each ended by one button. On such a phone: that one alone. At the lounge
//! it is about the resident who sits there, and another can be linked.

use backend::{Error, PhoneView};
use leptos::prelude::*;
use words::t;

use crate::{
    components::{Action, Page, Row, link_button, one_button, summary_list, told_note},
    pages::{clock, coordinator::coordinator, path_id, signed_in},
    visitor::Visitor,
};

/// `/my/phones`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    signed_in(&visitor)?;
    let lang = visitor.lang();
    let phones = visitor.backend.phones(&visitor.caller, "").await?;
    if visitor.caller.by_linked_phone() {
        return Ok(this_one(&visitor, &phones));
    }
    if let Some(served) = &visitor.caller.serving {
        let title = t!(lang, phones.title_of, name = served.name.full());
        let add = link_button("/lounge/phone".to_owned(), t!(lang, phones.add), None);
        return Ok(list(&visitor, title, &phones, add).back("/lounge/resident"));
    }
    let how = view! { <p>{t!(lang, phones.how)}</p> }.into_any();
    Ok(list(&visitor, t!(lang, phones.title), &phones, how).back("/my"))
}

/// `/desk/people/:id/phones`
pub(crate) async fn of(visitor: Visitor) -> Result<Page, Error> {
    coordinator(&visitor)?;
    let lang = visitor.lang();
    let id = path_id(&visitor, 3);
    let resident = visitor.backend.phones_resident(&visitor.caller, &id).await?;
    let phones = visitor.backend.phones(&visitor.caller, &id).await?;
    let title = t!(lang, phones.title_of, name = resident.name.full());
    let add = link_button(format!("/lounge/phone?person={}", resident.id), t!(lang, phones.add), None);
    Ok(list(&visitor, title, &phones, add).back(&format!("/desk/people/{}", resident.id)))
}

fn list(visitor: &Visitor, title: String, phones: &[PhoneView], add: AnyView) -> Page {
    let lang = visitor.lang();
    let told = (visitor.asked("told") == "ended").then(|| told_note(t!(lang, phones.told_ended)));
    let none = phones.is_empty().then(|| view! { <p>{t!(lang, phones.none)}</p> });
    let cards = phones
        .iter()
        .map(|phone| {
            let end = t!(lang, phones.end, phone = phone.name.clone());
            card(visitor, phone, end)
        })
        .collect_view();
    let body = view! {
        {told}
        <h1 class="heading">{title.clone()}</h1>
        <p class="lead">{t!(lang, phones.lead)}</p>
        {none}
        {cards}
        {add}
    };
    Page::new(title, body)
}

/// On the linked phone itself.
fn this_one(visitor: &Visitor, phones: &[PhoneView]) -> Page {
    let lang = visitor.lang();
    let title = t!(lang, phones.this_title);
    let cards = phones.iter().map(|phone| card(visitor, phone, t!(lang, phones.this_end))).collect_view();
    let body = view! {
        <h1 class="heading">{title.clone()}</h1>
        <p class="lead">{t!(lang, phones.this_lead)}</p>
        {cards}
    };
    Page::new(title, body).back("/my")
}

fn card(visitor: &Visitor, phone: &PhoneView, end: String) -> AnyView {
    let lang = visitor.lang();
    let clock = clock(visitor);
    let date = |at| clock.full_date(clock.zone.date(at));
    let rows = vec![
        Row::new(t!(lang, phones.linked), date(phone.linked)),
        Row::new(t!(lang, phones.made_by), phone.made_by.name.full()),
        Row::new(t!(lang, phones.seen), date(phone.seen)),
    ];
    view! {
        <section class="visit-card">
            <h2 class="visit-card__title">{phone.name.clone()}</h2>
            {summary_list(lang, rows)}
            {one_button("/api/phone/end", Action::Danger, end, vec![("phone", phone.id.to_string())])}
        </section>
    }
    .into_any()
}
