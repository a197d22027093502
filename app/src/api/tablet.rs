//! The lounge's shared device: locking it, opening it again, staying.

use leptos::prelude::*;

use crate::error::ApiError;

#[cfg(feature = "ssr")]
use crate::{
    api::{Going, LOCKED, asker, posted, session::own_path, told},
    visitor::{Visitor, forget_what_is_kept, redirect_to},
};

/// Ends the resident's part, and locks the device.
#[server(endpoint = "lounge/lock", prefix = "/api")]
pub async fn tablet_lock() -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.lock(&who.caller).await.map(|()| LOCKED.to_owned());
    forget_what_is_kept();
    posted(&who, Going { form: "lounge", back: "/lounge", typed: vec![] }, done).await
}

/// Still there: the device doesn't lock yet.
#[server(endpoint = "lounge/stay", prefix = "/api")]
pub async fn tablet_stay(#[server(default)] back: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let back = own_path(&back);
    let done = who.backend.stay(&who.caller).await.map(|()| back.clone());
    posted(&who, Going { form: "lounge", back: &back, typed: vec![] }, done).await
}

/// Chooses the digits that open this device again.
#[server(endpoint = "lounge/pin", prefix = "/api")]
pub async fn tablet_pin(#[server(default)] pin: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.set_pin(&who.caller, &pin).await.map(|()| "/lounge?told=pin".to_owned());
    posted(&who, Going { form: "lounge-pin", back: "/lounge/pin", typed: vec![] }, done).await
}

/// Sends a code to the phone of the helper whose device it is.
#[server(endpoint = "lounge/unlock-code", prefix = "/api")]
pub async fn tablet_unlock_code(#[server(default)] next: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let sent = who.backend.ask_unlock_code(&who.caller, &who.client).await;
    opened(&who, &next, sent.map(|()| format!("{LOCKED}?told=sent&next={}", own_path(&next)))).await
}

/// Opens the device by that code, or by the digits.
#[server(endpoint = "lounge/unlock", prefix = "/api")]
pub async fn tablet_unlock(#[server(default)] unlock: String, #[server(default)] next: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let next = own_path(&next);
    // What was being typed when the device locked is shown again.
    let on = if next == "/" { "/lounge".to_owned() } else { format!("{next}?fix=1") };
    let done = who.backend.unlock(&who.caller, &unlock).await.map(|()| on);
    opened(&who, &next, done).await
}

/// How a post of the locked page ends: it stays on that page until the device is open.
#[cfg(feature = "ssr")]
async fn opened(who: &Visitor, next: &str, done: Result<String, backend::Error>) -> Result<(), ApiError> {
    use backend::{Error, KeptForm, Refusal};
    match done {
        Ok(next) => redirect_to(&next),
        Err(Error::Refused(Refusal::Fields(problems))) => {
            let kept = KeptForm { values: Vec::new(), problems };
            who.backend.keep_form(&who.caller, "unlock", kept).await.map_err(|error| told(&error))?;
            redirect_to(&format!("{LOCKED}?fix=1&next={}", own_path(next)));
        }
        Err(error) => {
            told(&error);
            redirect_to("/sorry/later");
        }
    }
    Ok(())
}
