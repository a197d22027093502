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
    pages::{about, coordinator, demo, lounge, member, resident, session, sorry},
};

/// Every page.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=|| page(sorry::not_found)>
                <Route path=path!("/") view=|| page(resident::home::show) ssr=SsrMode::Async />
                <Route path=path!("/order") view=|| page(resident::what::show) ssr=SsrMode::Async />
                <Route path=path!("/order/for") view=|| page(resident::whom::show) ssr=SsrMode::Async />
                <Route path=path!("/order/where") view=|| page(resident::place::show) ssr=SsrMode::Async />
                <Route path=path!("/order/when") view=|| page(resident::times::show) ssr=SsrMode::Async />
                <Route path=path!("/order/who") view=|| page(resident::who::show) ssr=SsrMode::Async />
                <Route path=path!("/order/check") view=|| page(resident::check::show) ssr=SsrMode::Async />
                <Route path=path!("/order/code") view=|| page(resident::code::show) ssr=SsrMode::Async />
                <Route path=path!("/order/done") view=|| page(resident::done::show) ssr=SsrMode::Async />
                <Route path=path!("/order/slip") view=|| page(resident::slip::print) ssr=SsrMode::Async />
                <Route path=path!("/my") view=|| page(resident::my::show) ssr=SsrMode::Async />
                <Route path=path!("/my/visit/:id") view=|| page(resident::visit::show) ssr=SsrMode::Async />
                <Route path=path!("/my/visit/:id/move") view=|| page(resident::visit::times) ssr=SsrMode::Async />
                <Route path=path!("/my/visit/:id/cancel") view=|| page(resident::visit::cancel) ssr=SsrMode::Async />
                <Route path=path!("/slip") view=|| page(resident::slip::find) ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=|| page(session::number) ssr=SsrMode::Async />
                <Route path=path!("/sign-in/code") view=|| page(session::code) ssr=SsrMode::Async />
                <Route path=path!("/member") view=|| page(member::today::show) ssr=SsrMode::Async />
                <Route path=path!("/member/today") view=|| page(member::today::show) ssr=SsrMode::Async />
                <Route path=path!("/member/offers") view=|| page(member::offers::list) ssr=SsrMode::Async />
                <Route path=path!("/member/offers/:id") view=|| page(member::offers::one) ssr=SsrMode::Async />
                <Route path=path!("/member/give-back/:id") view=|| page(member::today::give_back) ssr=SsrMode::Async />
                <Route path=path!("/member/limits") view=|| page(member::limits::show) ssr=SsrMode::Async />
                <Route path=path!("/member/hours") view=|| page(member::hours::show) ssr=SsrMode::Async />
                <Route path=path!("/lounge") view=|| page(lounge::find::show) ssr=SsrMode::Async />
                <Route path=path!("/lounge/new") view=|| page(lounge::new::show) ssr=SsrMode::Async />
                <Route path=path!("/lounge/consent") view=|| page(lounge::consent::show) ssr=SsrMode::Async />
                <Route path=path!("/lounge/resident") view=|| page(lounge::resident::show) ssr=SsrMode::Async />
                <Route path=path!("/lounge/calls") view=|| page(lounge::calls::show) ssr=SsrMode::Async />
                <Route path=path!("/desk") view=|| page(coordinator::board::show) ssr=SsrMode::Async />
                <Route path=path!("/desk/visit/:id") view=|| page(coordinator::visit::show) ssr=SsrMode::Async />
                <Route path=path!("/desk/visit/:id/move") view=|| page(coordinator::visit::times) ssr=SsrMode::Async />
                <Route path=path!("/demo") view=|| page(demo::people) ssr=SsrMode::Async />
                <Route path=path!("/demo/outbox") view=|| page(demo::outbox) ssr=SsrMode::Async />
                <Route path=path!("/accessibility") view=|| page(about::accessibility) ssr=SsrMode::Async />
                <Route path=path!("/privacy") view=|| page(about::privacy) ssr=SsrMode::Async />
                <Route path=path!("/sorry/:why") view=|| page(sorry::show) ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}
