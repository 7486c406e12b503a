//! A browser without script: it keeps a cookie and sends the forms that it is shown.

use crate::common::{Answer, Fixture};

/// Its cookie and the page it shows.
pub(crate) struct Browser<'a> {
    fixture: &'a Fixture,
    pub(crate) cookie: String,
    page: Option<Answer>,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(fixture: &'a Fixture) -> Self {
        Self { fixture, cookie: String::new(), page: None }
    }

    /// The page it shows.
    pub(crate) fn page(&self) -> &Answer {
        self.page.as_ref().expect("a page was opened")
    }

    pub(crate) fn into_page(self) -> Answer {
        self.page.expect("a page was opened")
    }

    /// Goes to a path.
    pub(crate) async fn open(&mut self, path: &str) -> &Answer {
        let headers = [("Cookie", self.cookie.as_str())];
        let answer = self.fixture.send("GET", path, &headers, "").await.expect("an answer");
        if let Some(cookie) = answer.header("set-cookie") {
            cookie.split(';').next().expect("a name and a value").clone_into(&mut self.cookie);
        }
        self.page.insert(answer)
    }

    /// The value of an attribute that follows `before` on the page.
    pub(crate) fn attribute(&self, before: &str) -> String {
        let body = &self.page().body;
        let (_, rest) = body.split_once(before).unwrap_or_else(|| panic!("no {before}: {body}"));
        rest.split_once('"').expect("a closing quote").0.to_owned()
    }

    /// Sends the first form of the page.
    pub(crate) async fn submit(&mut self, fields: &[(&str, &str)]) -> &Answer {
        let action = self.attribute("action=\"");
        self.submit_to(&action, fields).await
    }

    /// Sends the form with this action, which has the hidden field of all forms.
    pub(crate) async fn submit_to(&mut self, action: &str, fields: &[(&str, &str)]) -> &Answer {
        assert!(self.page().body.contains(&format!("action=\"{action}\"")), "{}", self.page().body);
        let name = self.attribute("type=\"hidden\" name=\"");
        let value = self.attribute(&format!("name=\"{name}\" value=\""));
        let fields = [&[(name.as_str(), value.as_str())], fields].concat();
        let answer = self.fixture.post_form_with(action, &[("Cookie", &self.cookie)], &fields).await;
        self.page.insert(answer)
    }
}
