//! No GET changes anything: a mail scanner that follows every link, as anybody, leaves the database as it was.

use std::collections::BTreeSet;

use app::App;
use leptos_axum::generate_route_list;

use crate::world::{Who, World};

/// Every page, with the world's ids where a page is about something.
fn pages(world: &World) -> Vec<String> {
    let ids = &world.ids;
    let mut pages = Vec::new();
    for route in generate_route_list(App) {
        let path = route.path();
        pages.push(ids.page(path).replace("{why}", "later"));
        for id in [&ids.offered, &ids.agreed, &ids.offer] {
            pages.push(path.replace("{id}", id).replace("{why}", "later"));
        }
    }
    for more in ["/order/done?order=", "/order/slip?order="] {
        pages.push(format!("{more}{}", ids.order));
    }
    pages.push(format!("/lounge/consent?person={}", ids.aino));
    pages.push("/lounge?found=1".to_owned());
    pages.push("/order?service=garden&fix=1".to_owned());
    pages.push("/desk?from=2026-11-23".to_owned());
    pages.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

#[tokio::test]
async fn following_every_link_as_anybody_changes_nothing() {
    let world = World::new().await;
    let copy = world.copy().await;
    let pages = pages(&world);
    assert!(pages.len() > 40, "{pages:?}");
    let before = copy.app.dump().await;
    for who in Who::ALL {
        let mut browser = copy.browser(who);
        let mut links: BTreeSet<String> = pages.iter().cloned().collect();
        for page in &pages {
            let answer = browser.get(page).await;
            assert!(!answer.status.is_server_error() || page == "/sorry/later", "{page} as {who:?}: {}", answer.status);
            links.extend(answer.links());
        }
        for link in links {
            browser.get(&link).await;
        }
        assert_eq!(before, copy.app.dump().await, "something changed when {who:?} looked around");
    }
}
