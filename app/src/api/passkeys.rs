//! Passkeys. Each ceremony is two posts: a script asks what the device is to do (the answer is JSON, for the browser), and
//! then fills its answer into the page's own form and sends that, which ends as every form does.

use leptos::prelude::*;

use crate::error::ApiError;

#[cfg(feature = "ssr")]
use crate::api::{
    Going, asker, posted,
    session::{entered, own_path},
    told,
};

/// What the device is asked to do to make a passkey for the one signed in.
#[server(endpoint = "passkeys/make", prefix = "/api")]
pub async fn passkeys_make() -> Result<String, ApiError> {
    let who = asker().await?;
    who.backend.begin_passkey(&who.caller).await.map_err(|error| told(&error))
}

/// Keeps the passkey that the device has made.
#[server(endpoint = "passkeys/made", prefix = "/api")]
pub async fn passkeys_made(
    #[server(default)] passkey_name: String,
    #[server(default)] credential: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.make_passkey(&who.caller, &passkey_name, &credential).await;
    let done = done.map(|()| "/my/passkeys?told=made".to_owned());
    let going = Going { form: "passkey", back: "/my/passkeys", typed: vec![("passkey_name", passkey_name)] };
    posted(&who, going, done).await
}

/// What the device is asked to do to sign somebody in, whoever it is.
#[server(endpoint = "passkeys/enter", prefix = "/api")]
pub async fn passkeys_enter() -> Result<String, ApiError> {
    let who = asker().await?;
    who.backend.begin_signing_in(&who.caller).await.map_err(|error| told(&error))
}

/// Signs in by the passkey that the device has shown.
#[server(endpoint = "passkeys/entered", prefix = "/api")]
pub async fn passkeys_entered(
    #[server(default)] credential: String,
    #[server(default)] next: String,
) -> Result<(), ApiError> {
    let who = asker().await?;
    let next = own_path(&next);
    let back = format!("/sign-in?next={next}");
    let signed_in = who.backend.sign_in_by_passkey(&who.caller, &credential, &who.client).await;
    entered(&who, Going { form: "sign-in", back: &back, typed: vec![] }, next, signed_in).await
}

/// Removes a passkey, and ends the sessions that it opened.
#[server(endpoint = "passkeys/remove", prefix = "/api")]
pub async fn passkeys_remove(#[server(default)] passkey: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.remove_passkey(&who.caller, &passkey).await.map(|removed| match removed {
        backend::PasskeyRemoved::ThisOne => {
            crate::visitor::add_cookie(&who.cookies.no_session());
            "/sign-in?told=removed".to_owned()
        }
        backend::PasskeyRemoved::Another => "/my/passkeys?told=removed".to_owned(),
    });
    posted(&who, Going { form: "passkey-remove", back: "/my/passkeys", typed: vec![] }, done).await
}
