//! Asks somebody to order for the resident: their name, the number they sign in by, what for and how long.

use backend::{Error, Refusal};
use domain::{Role, Service};
use leptos::prelude::*;
use words::t;

use crate::{
    components::{Action, Choice, Field, Legend, Page, button, checkboxes, form, kept, radios, text_field},
    names,
    pages::{lounge::consent_choices, signed_in_by_code},
    visitor::Visitor,
};

/// `/my/people/invite`
pub(crate) async fn show(visitor: Visitor) -> Result<Page, Error> {
    signed_in_by_code(&visitor)?;
    if visitor.caller.serving.is_none() && !visitor.is(Role::Resident) {
        return Err(Error::Refused(Refusal::NotYours));
    }
    let lang = visitor.lang();
    let kept = kept(&visitor, "consent-invite").await?;
    let title = match &visitor.caller.serving {
        Some(served) => t!(lang, people.invite_title_of, name = served.name.given()),
        None => t!(lang, people.invite_title),
    };
    // Somebody else's details: the browser must not fill in the reader's own.
    let name = Field::new("name", t!(lang, people.invite_name), &kept, "").hint(t!(lang, order.who_name_hint));
    let name = Field { autocomplete: "off", ..name };
    let mobile = Field::new("mobile", t!(lang, people.invite_mobile), &kept, "");
    let mobile = Field { autocomplete: "off", ..mobile.hint(t!(lang, people.invite_mobile_hint)).phone() };
    let chosen: Vec<String> = kept.or("services", "").split_whitespace().map(str::to_owned).collect();
    let services =
        Service::ALL.iter().map(|service| Choice::new(service.code(), names::service(lang, *service))).collect();
    let services_legend =
        Legend::question(t!(lang, people.invite_services)).hint(t!(lang, people.invite_services_hint));
    let lengths = vec![
        Choice::new("1", t!(lang, people.month)),
        Choice::new("6", t!(lang, people.half_year)),
        Choice::new("12", t!(lang, people.year)),
    ];
    let months = Legend::question(t!(lang, people.invite_months));
    let consent = visitor.caller.serving.is_some().then(|| {
        let legend = Legend::question(t!(lang, lounge.consent_how));
        radios(lang, &kept, "consent", legend, "", consent_choices(&visitor))
    });
    let body = view! {
        {kept.summary(lang)}
        <h1 class="heading">{title.clone()}</h1>
        <p class="lead">{t!(lang, people.invite_lead)}</p>
        {form(
            "/api/consent/invite",
            view! {
                {text_field(lang, &kept, name)}
                {text_field(lang, &kept, mobile)}
                {checkboxes(lang, &kept, "services[]", services_legend, &chosen, services)}
                {radios(lang, &kept, "months", months, "12", lengths)}
                {consent}
                {button(Action::Main, t!(lang, people.invite_send))}
            },
        )}
    };
    Ok(Page::new(title, body).back("/my/people").wrong(kept.has_problems()))
}
