//! What pages, islands and server functions may look like.

use super::{
    breach::Breach,
    source::{SourceFile, Tree, line_of, lines_with},
};

const APP: &[&str] = &["app/src/"];

/// A route streams nothing: its page is whole before it is sent.
pub(crate) fn async_routes(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in tree.rust(APP) {
        let code = file.code();
        let starts: Vec<usize> =
            code.match_indices("Route").map(|(at, _)| at).filter(|at| opens_route(&code, *at)).collect();
        for (index, start) in starts.iter().enumerate() {
            let end = starts.get(index + 1).copied().unwrap_or(code.len());
            let route = code.get(*start..end).unwrap_or_default();
            if !route.contains("SsrMode::Async") {
                breaches.push(Breach::at(&file.path, line_of(&code, *start), "a route without ssr=SsrMode::Async"));
            }
        }
    }
    breaches
}

/// Whether the word there is the start of `<Route …` or `<ParentRoute …`, and not of `<Routes`.
fn opens_route(code: &str, at: usize) -> bool {
    let before = code.get(..at).unwrap_or_default();
    let opens = before.ends_with('<') || before.ends_with("<Parent") || before.ends_with("<Protected");
    let after = code.get(at + "Route".len()..).and_then(|tail| tail.chars().next());
    opens && after.is_some_and(|c| c.is_whitespace() || c == '/' || c == '>')
}

/// Above the routes, an action's error is lost without JavaScript.
pub(crate) fn server_actions(tree: &Tree) -> Vec<Breach> {
    let above = tree.rust(APP).filter(|file| file.path == "app/src/lib.rs" || file.path == "app/src/routes.rs");
    above.flat_map(|file| named(file, "ServerAction")).collect()
}

/// Leptos doesn't escape a textarea's children, so one place does, and everybody uses it.
pub(crate) fn textareas(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let mut found = 0;
    for file in tree.rust(APP) {
        let code = file.code();
        for (at, _) in code.match_indices("<textarea") {
            let line = line_of(&code, at);
            found += 1;
            if found > 1 {
                breaches.push(Breach::at(&file.path, line, "a second textarea"));
            }
            let tag = code.get(at..).unwrap_or_default();
            let element = tag.split("</textarea>").next().unwrap_or_default();
            // What stands between the tag's own `>`, which ends a line or is the last one, and the closing tag.
            let children = element.rsplit_once('>').map_or("", |(_, children)| children.trim());
            if !children.is_empty() && !children.starts_with("{escaped(") {
                breaches.push(Breach::at(&file.path, line, "children that aren't escaped"));
            }
        }
    }
    breaches
}

/// Nothing skips the escaping.
pub(crate) fn inner_html(tree: &Tree) -> Vec<Breach> {
    tree.rust(APP).flat_map(|file| named(file, "inner_html")).collect()
}

/// Without one, the address changes with the code.
pub(crate) fn endpoints(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in tree.rust(&["app/src/", "server/src/", "crates/"]) {
        if file.path.starts_with("crates/xtask/") {
            continue;
        }
        let code = file.code();
        for (at, _) in code.match_indices("#[server") {
            let (attribute, after) = code.get(at..).and_then(|tail| tail.split_once(']')).unwrap_or_default();
            if is_function(after) && !attribute.contains("endpoint") {
                breaches.push(Breach::at(&file.path, line_of(&code, at), "#[server] without endpoint"));
            }
        }
    }
    breaches
}

/// Whether a function follows, perhaps after more attributes; `#[server(default)]` stands before an argument.
fn is_function(after: &str) -> bool {
    let mut rest = after.trim_start();
    while rest.starts_with("#[") {
        rest = rest.split_once(']').map_or("", |(_, rest)| rest.trim_start());
    }
    rest.starts_with("pub") || rest.starts_with("async")
}

/// A GET changes nothing, and its arguments end up in logs.
pub(crate) fn posts(tree: &Tree) -> Vec<Breach> {
    let words = ["GetUrl", "codec::Get", "Encoding::Get", "\"GetJson\""];
    tree.rust(APP).flat_map(|file| words.iter().flat_map(|word| named(file, word))).collect()
}

/// Letters that no English text has.
const FINNISH: &[char] = &['ä', 'ö', 'å', 'Ä', 'Ö', 'Å'];

/// A text with Finnish letters in it is meant for a person, so it belongs to the translations. Demo data is content,
/// not an interface.
pub(crate) fn finnish_text(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in tree.rust(&["app/src/", "server/src/", "crates/backend/src/"]) {
        if file.path.contains("demo") || file.path.contains("/testing/") {
            continue;
        }
        let found = file.texts().into_iter().filter(|(_, text)| text.contains(FINNISH));
        breaches.extend(found.map(|(line, text)| Breach::at(&file.path, line, text)));
    }
    breaches
}

fn named(file: &SourceFile, word: &str) -> Vec<Breach> {
    lines_with(&file.code(), word).into_iter().map(|line| Breach::at(&file.path, line, word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(text: &str) -> Tree {
        Tree::of(&[("app/src/routes.rs", text)])
    }

    #[test]
    fn a_route_that_is_not_async_is_found() {
        let bad = app(
            "<Routes fallback>\n<Route path=path!(\"/\") view=Home />\n<Route path=path!(\"/a\") view=A ssr=SsrMode::Async />",
        );
        assert_eq!(async_routes(&bad), [Breach::at("app/src/routes.rs", 2, "a route without ssr=SsrMode::Async")]);
        let parent =
            app("<ParentRoute path=path!(\"/m\") view=M>\n<Route path=path!(\"\") view=A ssr=SsrMode::Async />");
        assert_eq!(async_routes(&parent).len(), 1);
        let good = app(
            "use leptos_router::components::{Route, Routes};\n<Routes>\n<Route\n path=path!(\"/\")\n view=|| view! { <A/> }\n ssr=SsrMode::Async\n/></Routes>",
        );
        assert_eq!(async_routes(&good), []);
    }

    #[test]
    fn an_action_above_the_routes_is_found() {
        assert_eq!(server_actions(&app("let a = ServerAction::<Order>::new();")).len(), 1);
        let good = Tree::of(&[("app/src/pages/order.rs", "let a = ServerAction::<Order>::new();")]);
        assert_eq!(server_actions(&good), []);
    }

    #[test]
    fn a_second_textarea_or_unescaped_children_are_found() {
        let bad = app("<textarea name=n>\n{text}\n</textarea>\n<textarea name=m></textarea>");
        let expected = [(1, "children that aren't escaped"), (4, "a second textarea")];
        assert_eq!(textareas(&bad), expected.map(|(line, what)| Breach::at("app/src/routes.rs", line, what)));
        assert_eq!(textareas(&app("<textarea\n  id=x.map(|y| y > 1)\n>\n{escaped(&value)}\n</textarea>")), []);
        assert_eq!(textareas(&app("<textarea prop:value=x></textarea>")), []);
    }

    #[test]
    fn inner_html_is_found() {
        assert_eq!(inner_html(&app("<p inner_html=x />")), [Breach::at("app/src/routes.rs", 1, "inner_html")]);
        assert_eq!(inner_html(&app("// never inner_html\n<p>{x}</p>")), []);
    }

    #[test]
    fn a_server_function_without_an_endpoint_is_found() {
        let bad = app("#[server]\nasync fn a() {}\n#[server(prefix = \"/api\")]\nasync fn b() {}");
        let what = "#[server] without endpoint";
        assert_eq!(
            endpoints(&bad),
            [Breach::at("app/src/routes.rs", 1, what), Breach::at("app/src/routes.rs", 3, what)]
        );
        let good =
            "#[server(\n    endpoint = \"order\",\n)]\n#[instrument]\npub async fn a(#[server(default)] b: String) {}";
        assert_eq!(endpoints(&app(good)), []);
    }

    #[test]
    fn a_server_function_by_get_is_found() {
        assert_eq!(
            posts(&app("#[server(endpoint = \"a\", input = GetUrl)]")),
            [Breach::at("app/src/routes.rs", 1, "GetUrl")]
        );
        assert_eq!(posts(&app("#[server(endpoint = \"a\")]")), []);
    }

    #[test]
    fn finnish_outside_the_locales_is_found_and_demo_data_is_not() {
        let bad = app("view! { <p>\"Lumityöt\"</p> }");
        assert_eq!(finnish_text(&bad), [Breach::at("app/src/routes.rs", 1, "\"Lumityöt\"")]);
        let good = Tree::of(&[
            ("crates/backend/src/demo/people.rs", "\"Niemelä\""),
            ("app/src/a.rs", "// työ\nlet x = \"work\";"),
        ]);
        assert_eq!(finnish_text(&good), []);
    }
}
