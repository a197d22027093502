//! `docs/openapi.json`: every address by which a browser or a script reaches the server, as `OpenAPI` 3.1, made from the route
//! table and the role × endpoint matrix. Schemathesis reads it to try what nobody thought of (`end2end/fuzz`).
//!
//! `NAAPURIAPU_GOLDEN=1` writes the document anew.

use std::{collections::BTreeMap, fs, path::PathBuf};

use app::App;
use leptos_axum::generate_route_list;
use serde_json::{Map, Value, json};

use crate::{
    endpoints::{Row, Told, rows},
    world::{Ids, Who},
};

/// What the matrix says of a visitor, in the document's words.
fn in_words(told: Told) -> String {
    match told {
        Told::Goes(place) => format!("goes on to {place}"),
        Told::Fix => "back to the form, which says what is wrong".to_owned(),
        Told::SignIn => "to sign in first".to_owned(),
        Told::Nothing => "there is no such thing, for them".to_owned(),
        Told::ByCode => "to sign in by a code".to_owned(),
        Told::Changed => "it has moved on".to_owned(),
        Told::Word => "a word for a script".to_owned(),
        Told::Code(status) => format!("{status}"),
    }
}

fn page(description: &str) -> Value {
    json!({ "description": description, "content": { "text/html": { "schema": { "type": "string" } } } })
}

/// A page, or one short word in JSON for whoever doesn't ask for a page.
fn refusal(description: &str) -> Value {
    json!({ "description": description, "content": {
        "text/html": { "schema": { "type": "string" } },
        "application/json": { "schema": { "type": "string" } },
        "text/plain": { "schema": { "type": "string" } },
    } })
}

fn elsewhere() -> Value {
    // A path on this host: neither another host's address nor one that begins with two strokes.
    let schema = json!({ "type": "string", "pattern": "^/([^/\\\\].*)?$" });
    json!({ "description": "On to a page of this server.", "headers": { "Location": { "required": true, "schema": schema } } })
}

/// What can be answered: its status, and what that means.
fn answers() -> [(&'static str, Value); 14] {
    let shown_once = json!({ "description": "What was asked for, shown once.", "content": {
        "text/html": { "schema": { "type": "string" } },
        "application/json": { "schema": { "type": "string" } },
        "application/zip": {},
    } });
    [
        ("200", page("The page.")),
        ("200-to-a-post", shown_once),
        ("303", elsewhere()),
        ("400", refusal("It couldn't be read, or a field is missing.")),
        ("401", refusal("To sign in first.")),
        ("403", refusal("Sent by another site's page; or not from a linked phone.")),
        ("404", refusal("There is no such thing, for whoever asks.")),
        ("405", refusal("Not by this method.")),
        ("408", refusal("It took too long to arrive.")),
        ("409", refusal("It has moved on.")),
        ("413", refusal("It is larger than any form.")),
        ("415", refusal("It isn't a form.")),
        ("429", refusal("Too often.")),
        ("503", refusal("Later.")),
    ]
}

/// Every status, by what it means; a post is answered otherwise than a page.
fn answered(page: &str) -> Map<String, Value> {
    let statuses = answers().into_iter().map(|(status, _)| status).filter(|status| status.len() == 3);
    let meaning = |status| if status == "200" { page } else { status };
    statuses
        .map(|status| (status.to_owned(), json!({ "$ref": format!("#/components/responses/{}", meaning(status)) })))
        .collect()
}

fn of_row(row: &Row) -> Value {
    let fields = (row.fields)(&Ids::of_nothing());
    let properties: Map<String, Value> = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!({ "type": "string", "examples": [value] })))
        .collect();
    let told: BTreeMap<String, String> =
        Who::ALL.iter().zip(row.told).map(|(who, told)| (format!("{who:?}"), in_words(told))).collect();
    let id = row.path.trim_start_matches("/api/").replace(['/', '-'], "_");
    json!({ "post": post(&id, &properties, &told) })
}

/// The posts that are no server functions: they answer with what is shown once.
fn shown_once() -> [(&'static str, &'static [&'static str]); 3] {
    [
        (server::doors::ADDRESS, &["visit"]),
        (server::phones::ADDRESS, &["person", "phone_name"]),
        (server::own_data::ADDRESS, &[]),
    ]
}

fn post(id: &str, properties: &Map<String, Value>, told: &BTreeMap<String, String>) -> Value {
    json!({
        "operationId": id,
        "tags": ["endpoints"],
        "requestBody": { "content": { "application/x-www-form-urlencoded": {
            "schema": { "type": "object", "properties": properties },
        } } },
        "responses": answered("200-to-a-post"),
        // What the matrix promises each visitor who sends something real.
        "x-told": told,
    })
}

fn of_page(route: &str) -> Value {
    let named = |name: &str, place: &str, schema: Value| json!({ "name": name, "in": place, "required": place == "path", "schema": schema });
    let mut parameters = vec![
        named("lang", "query", json!({ "type": "string", "enum": ["fi", "sv", "en", "fi-simple"] })),
        named("fix", "query", json!({ "type": "string" })),
        named("told", "query", json!({ "type": "string" })),
        named("next", "query", json!({ "type": "string" })),
    ];
    for name in route.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
        parameters.push(named(name, "path", json!({ "type": "string" })));
    }
    let id = route.trim_matches('/').replace(['/', '-'], "_").replace(['{', '}'], "");
    json!({ "get": {
        "operationId": format!("page_{}", if id.is_empty() { "home" } else { &id }),
        "tags": ["pages"],
        "parameters": parameters,
        "responses": answered("200"),
    } })
}

fn document() -> String {
    let pages = generate_route_list(App).into_iter().map(|route| (route.path().to_owned(), of_page(route.path())));
    let endpoints = rows().into_iter().map(|row| (row.path.to_owned(), of_row(&row)));
    let mut paths: BTreeMap<String, Value> = pages.chain(endpoints).collect();
    for (address, fields) in shown_once() {
        let text = |field: &&str| ((*field).to_owned(), json!({ "type": "string" }));
        let id = format!("show{}", address.replace('/', "_"));
        let post = post(&id, &fields.iter().map(text).collect(), &BTreeMap::new());
        paths.entry(address.to_owned()).or_insert_with(|| json!({}))["post"] = post;
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Naapuriapu",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Pages are asked for by GET and change nothing; forms are posted. Made from the route table and \
                the role × endpoint matrix by server/tests/api/openapi.rs.",
        },
        "paths": paths,
        "components": { "responses": answers().into_iter().map(|(name, answer)| (name.to_owned(), answer)).collect::<Map<_, _>>() },
    });
    serde_json::to_string_pretty(&document).unwrap() + "\n"
}

#[test]
fn the_openapi_document_is_that_of_the_matrix() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let made = document();
    if std::env::var_os("NAAPURIAPU_GOLDEN").is_some() {
        fs::write(&file, &made).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(made == kept, "docs/openapi.json isn't of this matrix: NAAPURIAPU_GOLDEN=1 cargo nextest run openapi");
}
