//! The route table: every address of a page, in one place. Each is `SsrMode::Async`, so that a page is whole when it
//! leaves the server and its status and redirects are right. A GET changes nothing.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::{
    components::page,
    pages::{about, coordinator, demo, link, lounge, member, resident, session, sorry},
};

/// A page's view as a plain function pointer: the router's machinery is compiled once for all pages, not once a page.
fn view(view: fn() -> AnyView) -> fn() -> AnyView {
    view
}

/// Every page.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=|| page(sorry::not_found)>
                <Route path=path!("/") view=view(|| page(resident::home::show)) ssr=SsrMode::Async />
                <Route path=path!("/order") view=view(|| page(resident::what::show)) ssr=SsrMode::Async />
                <Route path=path!("/order/for") view=view(|| page(resident::whom::show)) ssr=SsrMode::Async />
                <Route path=path!("/order/where") view=view(|| page(resident::place::show)) ssr=SsrMode::Async />
                <Route path=path!("/order/when") view=view(|| page(resident::times::show)) ssr=SsrMode::Async />
                <Route path=path!("/order/who") view=view(|| page(resident::who::show)) ssr=SsrMode::Async />
                <Route path=path!("/order/check") view=view(|| page(resident::check::show)) ssr=SsrMode::Async />
                <Route path=path!("/order/code") view=view(|| page(resident::code::show)) ssr=SsrMode::Async />
                <Route path=path!("/order/done") view=view(|| page(resident::done::show)) ssr=SsrMode::Async />
                <Route path=path!("/order/slip") view=view(|| page(resident::slip::print)) ssr=SsrMode::Async />
                <Route path=path!("/my") view=view(|| page(resident::my::show)) ssr=SsrMode::Async />
                <Route path=path!("/my/people") view=view(|| page(resident::people::show)) ssr=SsrMode::Async />
                <Route path=path!("/my/people/ask") view=view(|| page(resident::ask::show)) ssr=SsrMode::Async />
                <Route path=path!("/my/people/invite") view=view(|| page(resident::invite::show)) ssr=SsrMode::Async />
                <Route path=path!("/my/phones") view=view(|| page(resident::phones::show)) ssr=SsrMode::Async />
                <Route path=path!("/my/passkeys") view=view(|| page(resident::passkeys::show)) ssr=SsrMode::Async />
                <Route path=path!("/my/email") view=view(|| page(resident::email::show)) ssr=SsrMode::Async />
                <Route path=path!("/my/email/code") view=view(|| page(resident::email::code)) ssr=SsrMode::Async />
                <Route path=path!("/my/doors") view=view(|| page(resident::doors::show)) ssr=SsrMode::Async />
                <Route path=path!("/my/data") view=view(|| page(resident::data::show)) ssr=SsrMode::Async />
                <Route path=path!("/my/data/leave") view=view(|| page(resident::data::leave)) ssr=SsrMode::Async />
                <Route path=path!("/my/data/name") view=view(|| page(resident::correct::name)) ssr=SsrMode::Async />
                <Route path=path!("/my/data/number") view=view(|| page(resident::correct::number)) ssr=SsrMode::Async />
                <Route path=path!("/my/data/number/code") view=view(|| page(resident::correct::code)) ssr=SsrMode::Async />
                <Route path=path!("/goodbye") view=view(|| page(resident::data::gone)) ssr=SsrMode::Async />
                <Route path=path!("/my/visit/:id") view=view(|| page(resident::visit::show)) ssr=SsrMode::Async />
                <Route path=path!("/my/visit/:id/move") view=view(|| page(resident::visit::times)) ssr=SsrMode::Async />
                <Route path=path!("/my/visit/:id/cancel") view=view(|| page(resident::visit::cancel)) ssr=SsrMode::Async />
                <Route path=path!("/slip") view=view(|| page(resident::slip::find)) ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=view(|| page(session::number)) ssr=SsrMode::Async />
                <Route path=path!("/sign-in/code") view=view(|| page(session::code)) ssr=SsrMode::Async />
                <Route path=path!("/link") view=view(|| page(link::code)) ssr=SsrMode::Async />
                <Route path=path!("/link/:id") view=view(|| page(link::open)) ssr=SsrMode::Async />
                <Route path=path!("/member") view=view(|| page(member::today::show)) ssr=SsrMode::Async />
                <Route path=path!("/member/today") view=view(|| page(member::today::show)) ssr=SsrMode::Async />
                <Route path=path!("/member/offers") view=view(|| page(member::offers::list)) ssr=SsrMode::Async />
                <Route path=path!("/member/offers/:id") view=view(|| page(member::offers::one)) ssr=SsrMode::Async />
                <Route path=path!("/member/give-back/:id") view=view(|| page(member::today::give_back)) ssr=SsrMode::Async />
                <Route path=path!("/member/door") view=view(|| page(member::door::show)) ssr=SsrMode::Async />
                <Route path=path!("/member/limits") view=view(|| page(member::limits::show)) ssr=SsrMode::Async />
                <Route path=path!("/member/hours") view=view(|| page(member::hours::show)) ssr=SsrMode::Async />
                <Route path=path!("/lounge") view=view(|| page(lounge::find::show)) ssr=SsrMode::Async />
                <Route path=path!("/lounge/new") view=view(|| page(lounge::new::show)) ssr=SsrMode::Async />
                <Route path=path!("/lounge/consent") view=view(|| page(lounge::consent::show)) ssr=SsrMode::Async />
                <Route path=path!("/lounge/resident") view=view(|| page(lounge::resident::show)) ssr=SsrMode::Async />
                <Route path=path!("/lounge/phone") view=view(|| page(lounge::phone::show)) ssr=SsrMode::Async />
                <Route path=path!("/lounge/pin") view=view(|| page(lounge::lock::pin)) ssr=SsrMode::Async />
                <Route path=path!("/lounge/locked") view=view(|| page(lounge::lock::locked)) ssr=SsrMode::Async />
                <Route path=path!("/lounge/calls") view=view(|| page(lounge::calls::show)) ssr=SsrMode::Async />
                <Route path=path!("/desk") view=view(|| page(coordinator::board::show)) ssr=SsrMode::Async />
                <Route path=path!("/desk/visit/:id") view=view(|| page(coordinator::visit::show)) ssr=SsrMode::Async />
                <Route path=path!("/desk/visit/:id/move") view=view(|| page(coordinator::visit::times)) ssr=SsrMode::Async />
                <Route path=path!("/desk/members") view=view(|| page(coordinator::members::list)) ssr=SsrMode::Async />
                <Route path=path!("/desk/members/:id") view=view(|| page(coordinator::members::one)) ssr=SsrMode::Async />
                <Route path=path!("/desk/people") view=view(|| page(coordinator::people::find)) ssr=SsrMode::Async />
                <Route path=path!("/desk/people/:id/leave") view=view(|| page(coordinator::people::leave)) ssr=SsrMode::Async />
                <Route path=path!("/desk/people/:id") view=view(|| page(resident::people::of)) ssr=SsrMode::Async />
                <Route path=path!("/desk/people/:id/phones") view=view(|| page(resident::phones::of)) ssr=SsrMode::Async />
                <Route path=path!("/desk/people/:id/correct") view=view(|| page(coordinator::correct::details)) ssr=SsrMode::Async />
                <Route path=path!("/desk/unconfirmed") view=view(|| page(coordinator::correct::unconfirmed)) ssr=SsrMode::Async />
                <Route path=path!("/desk/same") view=view(|| page(coordinator::same::list)) ssr=SsrMode::Async />
                <Route path=path!("/desk/same/:id/:other") view=view(|| page(coordinator::same::preview)) ssr=SsrMode::Async />
                <Route path=path!("/desk/messages") view=view(|| page(coordinator::texts::show)) ssr=SsrMode::Async />
                <Route path=path!("/desk/plan") view=view(|| page(coordinator::plan::choose)) ssr=SsrMode::Async />
                <Route path=path!("/desk/plan/:id") view=view(|| page(coordinator::plan::run)) ssr=SsrMode::Async />
                <Route path=path!("/demo") view=view(|| page(demo::people)) ssr=SsrMode::Async />
                <Route path=path!("/demo/outbox") view=view(|| page(demo::outbox)) ssr=SsrMode::Async />
                <Route path=path!("/accessibility") view=view(|| page(about::accessibility)) ssr=SsrMode::Async />
                <Route path=path!("/privacy") view=view(|| page(about::privacy)) ssr=SsrMode::Async />
                <Route path=path!("/sorry/:why") view=view(|| page(sorry::show)) ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}
