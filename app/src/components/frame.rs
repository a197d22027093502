//! What every page stands in: header, the bar of the one being served, the page itself, the co-op's phone number.

use std::future::Future;

use backend::{Error, Refusal};
use domain::{Language, Role};
use leptos::prelude::*;
use leptos_meta::Title;
use words::t;

use super::{Action, icon, one_button};
use crate::{
    api::LOCKED,
    islands::Reading,
    names,
    pages::{clock, lounge::lock, sorry},
    visitor::{Contrast, TextSize, Visitor, redirect_to, visitor},
};

/// How wide a page is, and whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    /// One calm column.
    Column,
    /// A member's denser rows.
    Member,
    /// The desk's tables.
    Wide,
}

/// One page: its title, the way back, and what stands on it.
pub(crate) struct Page {
    title: String,
    back: Option<String>,
    width: Width,
    wrong: bool,
    body: AnyView,
}

impl Page {
    /// A page of one column.
    pub(crate) fn new(title: String, body: impl IntoView + 'static) -> Self {
        Self { title, back: None, width: Width::Column, wrong: false, body: body.into_any() }
    }

    /// With a way back.
    pub(crate) fn back(self, to: &str) -> Self {
        Self { back: Some(to.to_owned()), ..self }
    }

    /// Of another width.
    pub(crate) fn width(self, width: Width) -> Self {
        Self { width, ..self }
    }

    /// Shown because something must be mended: the title says so first, as a screen reader reads it first.
    pub(crate) fn wrong(self, wrong: bool) -> Self {
        Self { wrong, ..self }
    }
}

/// Renders a page for this request's visitor. A refusal becomes a page of its own with its status, or the way to
/// sign in; what broke is logged and told as "try again later".
pub(crate) fn page<F, Fut>(make: F) -> AnyView
where
    F: FnOnce(Visitor) -> Fut + Send + 'static,
    Fut: Future<Output = Result<Page, Error>> + Send + 'static,
{
    Suspend::new(async move {
        let Ok(visitor) = visitor() else {
            return ().into_any();
        };
        if lock::is_closed(&visitor) {
            redirect_to(&format!("{LOCKED}?next={}", visitor.path));
            return ().into_any();
        }
        let shown = match make(visitor.clone()).await {
            Ok(page) => page,
            Err(Error::Refused(Refusal::SignInFirst)) => {
                redirect_to(&format!("/sign-in?next={}", visitor.path));
                return ().into_any();
            }
            Err(error) => sorry::for_error(&visitor, &error),
        };
        frame(&visitor, shown).into_any()
    })
    .into_any()
}

fn frame(visitor: &Visitor, page: Page) -> AnyView {
    let lang = visitor.lang();
    let class = match page.width {
        Width::Column => "page",
        Width::Member => "page page--member",
        Width::Wide => "page page--wide",
    };
    let title = t!(lang, common.title, page = page.title);
    let title = if page.wrong { format!("{}{title}", t!(lang, common.error_prefix)) } else { title };
    view! {
        <Title text=title />
        <a class="skip-link" href="#main">
            {t!(lang, common.skip)}
        </a>
        {header(visitor)}
        {toolbar(visitor)}
        <main class=class id="main">
            {page
                .back
                .map(|href| {
                    view! {
                        <a class="back-link" href=href>
                            {t!(lang, common.back)}
                        </a>
                    }
                })}
            {page.body}
        </main>
        {footer(visitor)}
    }
    .into_any()
}

fn header(visitor: &Visitor) -> AnyView {
    let lang = visitor.lang();
    let languages = Language::ALL
        .iter()
        .map(|language| {
            let (tag, own) = names::language(*language);
            let current = (*language == visitor.caller.language).then_some("true");
            view! {
                <li>
                    <a class="lang-list__link" href=visitor.here(Some(*language)) lang=tag aria-current=current>
                        {own}
                    </a>
                </li>
            }
        })
        .collect_view();
    let (_, own) = names::language(visitor.caller.language);
    view! {
        <header class="header no-print">
            <a class="header__brand" href="/">
                {mark()}
                {t!(lang, common.brand)}
            </a>
            <details class="header__language">
                <summary class="header__tool">
                    <span class="visually-hidden">{t!(lang, common.language)}</span>
                    {own}
                </summary>
                <ul class="lang-list">{languages}</ul>
            </details>
            <Reading
                action="/api/reading".to_owned()
                back=visitor.here(None)
                size=visitor.size.code().to_owned()
                contrast=visitor.contrast.code().to_owned()
                group=t!(lang, common.text_size)
                sizes=[
                    (TextSize::Small.code().to_owned(), "A−".to_owned(), t!(lang, common.size_small)),
                    (TextSize::Normal.code().to_owned(), "A".to_owned(), t!(lang, common.size_normal)),
                    (TextSize::Large.code().to_owned(), "A+".to_owned(), t!(lang, common.size_large)),
                ]
                    .to_vec()
                contrast_words=t!(lang, common.contrast)
                contrast_high=Contrast::High.code().to_owned()
                contrast_usual=Contrast::Usual.code().to_owned()
            />
        </header>
    }
    .into_any()
}

/// The bar that a lounge helper sees: whose pages these are, "done, next", and when the device locks.
fn toolbar(visitor: &Visitor) -> Option<impl IntoView + use<>> {
    let lang = visitor.lang();
    let locks = visitor.caller.locks?;
    let served = visitor.caller.serving.as_ref().map(|served| {
        view! {
            <p class="toolbar__who">
                {t!(lang, common.serving)}
                <b>
                    <a href="/lounge/resident">{served.name.full()}</a>
                </b>
            </p>
        }
    });
    let next = served.is_some().then(|| {
        view! {
            <form method="post" action="/api/lounge/next">
                <button class="button button--secondary">{t!(lang, common.next_person)}</button>
            </form>
        }
    });
    Some(view! {
        <div class="toolbar no-print">
            {served}
            {lock::when(visitor, locks)}
            <div class="toolbar__actions">
                {next}
                {one_button("/api/lounge/lock", Action::Other, t!(lang, tablet.lock), vec![])}
            </div>
        </div>
        {lock::warning(visitor, locks)}
    })
}

fn footer(visitor: &Visitor) -> AnyView {
    let lang = visitor.lang();
    let call = if visitor.path == "/" { t!(lang, common.phone_order) } else { t!(lang, common.phone_help) };
    let coop = visitor.coop();
    let (phone, address, hours) = (coop.desk_phone.clone(), tel(&coop.desk_phone), clock(visitor).desk_hours(&coop));
    let mut links: Vec<(&str, String)> = Vec::new();
    let roles = [
        (Role::Resident, "/my", t!(lang, common.my_orders)),
        (Role::Member, "/member", t!(lang, common.for_members)),
        (Role::Lounge, "/lounge", t!(lang, common.for_lounge)),
        (Role::Coordinator, "/desk", t!(lang, common.for_desk)),
    ];
    links.extend(roles.into_iter().filter(|(role, ..)| visitor.is(*role)).map(|(_, page, words)| (page, words)));
    if !visitor.signed_in() && !visitor.caller.is_locked() {
        links.push(("/sign-in", t!(lang, common.sign_in)));
    }
    links.push(("/privacy", t!(lang, common.privacy)));
    links.push(("/accessibility", t!(lang, common.accessibility)));
    if visitor.demo {
        links.push(("/demo", t!(lang, common.demo_link)));
    }
    let links = links
        .into_iter()
        .map(|(page, words)| {
            view! {
                <li>
                    <a class="footer__link" href=page>
                        {words}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <footer class="footer no-print">
            <p>{call}</p>
            <p class="footer__call">
                <a class="footer__phone" href=address>
                    {phone}
                </a>
                <span class="nowrap">{hours}</span>
            </p>
            <ul class="footer__links">{links}</ul>
            {(visitor.signed_in() && !visitor.caller.by_linked_phone())
                .then(|| {
                    view! {
                        <form method="post" action="/api/session/end">
                            <button class="button--link">{t!(lang, common.sign_out)}</button>
                        </form>
                    }
                })}
        </footer>
    }
    .into_any()
}

/// The link that rings a number written as people in Finland write it ("08 123 4567").
pub(crate) fn tel(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    digits.strip_prefix('0').map_or_else(|| format!("tel:{digits}"), |rest| format!("tel:+358{rest}"))
}

/// Two houses, one of them lit.
fn mark() -> AnyView {
    view! {
        <svg class="header__mark" viewBox="0 0 38 30" fill="none" aria-hidden="true" focusable="false">
            <path class="header__house" d="M2 15 11 6l9 9v13H2z" fill="var(--primary)" />
            <path d="M18 13 27 3l9 10v15H18z" fill="var(--sun)" />
            <path d="M15 28v-7a4 4 0 0 1 8 0v7z" fill="var(--paper)" />
        </svg>
    }
    .into_any()
}

/// The tabs of a member's or the desk's pages: address, words, whether it is this one, and a count.
pub(crate) fn tabs(label: String, tabs: Vec<(&'static str, String, Option<usize>)>, here: &str) -> AnyView {
    let rows = tabs
        .into_iter()
        .map(|(page, words, count)| {
            let current = (page == here).then_some("page");
            view! {
                <li>
                    <a class="tabs__link" href=page aria-current=current>
                        {words}
                        {count.filter(|count| *count > 0).map(|count| view! { <span class="tabs__count">{count}</span> })}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="tabs no-print" aria-label=label>
            <ul class="tabs__list">{rows}</ul>
        </nav>
    }
    .into_any()
}

/// A button-like link.
pub(crate) fn link_button(href: String, words: String, drawn: Option<&'static str>) -> AnyView {
    view! {
        <a class="button button--secondary" href=href>
            {drawn.map(|name| icon(name, "button__icon"))}
            {words}
        </a>
    }
    .into_any()
}

/// Words in the reader's language, for pages that need no data.
pub(crate) fn paragraphs(texts: Vec<String>) -> AnyView {
    texts.into_iter().map(|text| view! { <p>{text}</p> }).collect_view().into_any()
}
