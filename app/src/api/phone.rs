//! A resident's own phone that stays signed in. Making the link isn't here: it is a page that answers a post
//! (`server::phones`).

use leptos::prelude::*;

use crate::error::ApiError;

#[cfg(feature = "ssr")]
use crate::api::{Going, asker, posted};

/// Opens the link of that token: this phone is its resident's from now on. The token is in no address afterwards.
#[server(endpoint = "phone/join", prefix = "/api")]
pub async fn phone_join(#[server(default)] token: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let joined = who.backend.link_phone(&who.caller, &token).await;
    joined_at(&who, joined).await
}

/// The same by the short code.
#[server(endpoint = "phone/code", prefix = "/api")]
pub async fn phone_code(#[server(default)] phone_code: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let joined = who.backend.link_phone_by_code(&who.caller, &phone_code, &who.client).await;
    joined_at(&who, joined).await
}

#[cfg(feature = "ssr")]
async fn joined_at(
    who: &crate::visitor::Visitor,
    joined: Result<backend::SignedIn, backend::Error>,
) -> Result<(), ApiError> {
    if let Ok(signed_in) = &joined {
        crate::visitor::add_cookie(&who.cookies.session(&signed_in.token, signed_in.lasts));
    }
    let done = joined.map(|_| "/my?told=linked".to_owned());
    posted(who, Going { form: "phone-code", back: "/link", typed: vec![] }, done).await
}

/// Ends a phone's link at once.
#[server(endpoint = "phone/end", prefix = "/api")]
pub async fn phone_end(#[server(default)] phone: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.end_phone(&who.caller, &phone).await.map(|ended| match ended {
        backend::PhoneEnded::ThisOne => {
            crate::visitor::add_cookie(&who.cookies.no_session());
            "/".to_owned()
        }
        backend::PhoneEnded::Another => "/my/phones?told=ended".to_owned(),
        backend::PhoneEnded::Of(resident) => format!("/desk/people/{resident}/phones?told=ended"),
    });
    posted(&who, Going { form: "phone-end", back: "/my/phones", typed: vec![] }, done).await
}
