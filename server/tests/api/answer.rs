//! What came back, and the little of HTML that a form needs.

use http::{HeaderMap, StatusCode};

/// An answer, read whole.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    /// The body as it came, for what isn't text.
    pub bytes: Vec<u8>,
    /// The address asked for.
    pub path: String,
}

/// A form as it stands on a page.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    /// Name, type and value of every input, in order.
    pub inputs: Vec<Input>,
}

#[derive(Clone, Debug)]
pub struct Input {
    pub name: String,
    pub kind: String,
    pub value: String,
    pub checked: bool,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The page, which must be one.
    pub fn page(&self) -> &str {
        assert_eq!(self.status, StatusCode::OK, "{}: {}", self.path, self.visible());
        &self.body
    }

    /// That these words stand on the page.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(self.visible().contains(words), "{}: no {words:?} in\n{}", self.path, self.visible());
        self
    }

    #[track_caller]
    pub fn says_nothing_of(&self, words: &str) -> &Self {
        assert!(!self.body.contains(words), "{}: {words:?} in\n{}", self.path, self.body);
        self
    }

    /// The page's text without tags, entities written out, white space made one.
    pub fn visible(&self) -> String {
        let mut text = String::new();
        let mut rest = self.body.as_str();
        while let Some(open) = rest.find('<') {
            text.push_str(&rest[..open]);
            let inside = &rest[open..];
            let end = if inside.starts_with("<script") {
                inside.find("</script>").map_or(inside.len(), |end| end + "</script>".len())
            } else if inside.starts_with("<!--") {
                // Leptos marks places with empty comments in the middle of a text.
                inside.find("-->").map_or(inside.len(), |end| end + 3)
            } else {
                text.push(' ');
                inside.find('>').map_or(inside.len(), |end| end + 1)
            };
            rest = &inside[end..];
        }
        text.push_str(rest);
        unescape(&text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The form that posts to `action`.
    #[track_caller]
    pub fn form(&self, action: &str) -> Form {
        self.forms()
            .into_iter()
            .find(|form| form.action == action)
            .unwrap_or_else(|| panic!("{}: no form for {action} in\n{}", self.path, self.visible()))
    }

    /// Every form of the page.
    pub fn forms(&self) -> Vec<Form> {
        tags(&self.body, "form")
            .map(|(tag, after)| {
                let inside = after.split("</form>").next().unwrap();
                let inputs = tags(inside, "input")
                    .filter_map(|(input, _)| {
                        Some(Input {
                            name: attribute(input, "name")?,
                            kind: attribute(input, "type").unwrap_or_else(|| "text".to_owned()),
                            value: attribute(input, "value").unwrap_or_default(),
                            checked: input.contains(" checked"),
                        })
                    })
                    .collect();
                Form { action: attribute(tag, "action").unwrap_or_default(), inputs }
            })
            .collect()
    }

    /// Every address of our own that the page links to.
    pub fn links(&self) -> Vec<String> {
        tags(&self.body, "a")
            .filter_map(|(tag, _)| attribute(tag, "href"))
            .filter(|href| href.starts_with('/'))
            .collect()
    }
}

impl Form {
    /// What a browser would send if nobody touched it: hidden fields, what stands in the text fields, what is chosen.
    pub fn untouched(&self) -> Vec<(String, String)> {
        self.inputs
            .iter()
            .filter(|input| !matches!(input.kind.as_str(), "radio" | "checkbox") || input.checked)
            .map(|input| (input.name.clone(), input.value.clone()))
            .collect()
    }

    /// The values of the radio buttons or checkboxes of that name.
    pub fn choices(&self, name: &str) -> Vec<String> {
        self.inputs
            .iter()
            .filter(|input| input.name == name && input.kind != "hidden")
            .map(|i| i.value.clone())
            .collect()
    }

    /// The value of that field as it stands.
    #[track_caller]
    pub fn value(&self, name: &str) -> String {
        self.inputs
            .iter()
            .find(|input| input.name == name)
            .unwrap_or_else(|| panic!("no field {name} in {self:?}"))
            .value
            .clone()
    }
}

/// Each tag of that name, with what comes after it.
fn tags<'a>(html: &'a str, name: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            let open = rest.find(&format!("<{name}"))?;
            let inside = &rest[open..];
            let end = inside.find('>')?;
            rest = &inside[end..];
            if inside[name.len() + 1..].starts_with([' ', '>', '/']) {
                return Some((&inside[..end], &inside[end + 1..]));
            }
        }
    })
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let end = tag[start..].find('"')?;
    Some(unescape(&tag[start..start + end]))
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&nbsp;", " ")
        .replace('\u{a0}', " ")
        .replace("&amp;", "&")
}

#[test]
fn a_form_is_read_as_a_browser_would() {
    let body = "<form method=\"post\" action=\"/api/x\"><input type=\"hidden\" name=\"key\" value=\"a&amp;b\">\
                <input type=\"radio\" name=\"time\" value=\"1\"><input type=\"radio\" name=\"time\" value=\"2\" checked>\
                </form><formula>";
    let answer = Answer {
        status: StatusCode::OK,
        headers: HeaderMap::new(),
        body: body.to_owned(),
        bytes: Vec::new(),
        path: String::new(),
    };
    let form = answer.form("/api/x");
    assert_eq!(form.untouched(), [("key".to_owned(), "a&b".to_owned()), ("time".to_owned(), "2".to_owned())]);
    assert_eq!(form.choices("time"), ["1", "2"]);
}
