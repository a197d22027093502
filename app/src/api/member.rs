//! What a member does: answers offers, reports steps, sets their own limits.

use leptos::prelude::*;

use crate::error::ApiError;

#[cfg(feature = "ssr")]
use crate::api::{Going, asker, posted};

/// Otan työn.
#[server(endpoint = "member/accept", prefix = "/api")]
pub async fn offer_accept(#[server(default)] offer: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.accept_offer(&who.caller, &offer).await.map(|_| "/member/today?told=accepted".to_owned());
    posted(&who, Going { form: "offer", back: "/member/offers", typed: vec![] }, done).await
}

/// En ota tätä. No reason is asked, and it matters to nothing.
#[server(endpoint = "member/decline", prefix = "/api")]
pub async fn offer_decline(#[server(default)] offer: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.decline_offer(&who.caller, &offer).await.map(|()| "/member/offers?told=declined".to_owned());
    posted(&who, Going { form: "offer", back: "/member/offers", typed: vec![] }, done).await
}

/// Matkalla, aloitin, valmis.
#[server(endpoint = "member/step", prefix = "/api")]
pub async fn visit_step(#[server(default)] visit: String, #[server(default)] step: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.take_step(&who.caller, &visit, &step, None).await.map(|()| "/member/today".to_owned());
    posted(&who, Going { form: "today", back: "/member/today", typed: vec![] }, done).await
}

/// Gives an agreed visit back; it goes to somebody else.
#[server(endpoint = "member/give-back", prefix = "/api")]
pub async fn visit_give_back(#[server(default)] visit: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.give_back(&who.caller, &visit).await.map(|()| "/member/today?told=given_back".to_owned());
    posted(&who, Going { form: "today", back: "/member/today", typed: vec![] }, done).await
}

/// Today's strength.
#[server(endpoint = "member/strength", prefix = "/api")]
pub async fn member_strength(#[server(default)] strength: String) -> Result<(), ApiError> {
    let who = asker().await?;
    let done =
        who.backend.set_strength(&who.caller, &strength).await.map(|()| "/member/today?told=strength".to_owned());
    posted(&who, Going { form: "today", back: "/member/today", typed: vec![] }, done).await
}

/// What the member does.
#[server(endpoint = "member/skills", prefix = "/api")]
pub async fn member_skills(#[server(default)] skills: Vec<String>) -> Result<(), ApiError> {
    let who = asker().await?;
    let done = who.backend.set_skills(&who.caller, skills).await.map(|()| "/member/limits?told=saved".to_owned());
    posted(&who, Going { form: "skills", back: "/member/limits", typed: vec![] }, done).await
}

/// The member's own limits. Empty is no limit.
#[server(endpoint = "member/limits", prefix = "/api")]
pub async fn member_limits(#[server(default)] form: LimitsPosted) -> Result<(), ApiError> {
    let who = asker().await?;
    let typed = form.typed();
    let done = who.backend.set_limits(&who.caller, form.into()).await.map(|()| "/member/limits?told=saved".to_owned());
    posted(&who, Going { form: "limits", back: "/member/limits", typed }, done).await
}

/// The hours of the usual week: `from` and `to` of each weekday, Monday first.
#[server(endpoint = "member/hours", prefix = "/api")]
pub async fn member_hours(#[server(default)] form: HoursPosted) -> Result<(), ApiError> {
    let who = asker().await?;
    let typed = form.typed();
    let done = who.backend.set_hours(&who.caller, form.week()).await.map(|()| "/member/hours?told=saved".to_owned());
    posted(&who, Going { form: "hours", back: "/member/hours", typed }, done).await
}

macro_rules! form {
    ($(#[$doc:meta])* $name:ident { $($field:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        pub struct $name {
            $(
                #[doc = concat!("As typed: `", stringify!($field), "`.")]
                pub $field: String,
            )+
        }

        #[cfg(feature = "ssr")]
        impl $name {
            /// What was typed, by field.
            fn typed(&self) -> Vec<(&'static str, String)> {
                vec![$((stringify!($field), self.$field.clone())),+]
            }
        }
    };
}

form! {
    /// The limits form. Fields are named `form[visits_a_day]` and so on.
    LimitsPosted {
        visits_a_day, minutes_a_day, visits_a_week, minutes_a_week, heavy_a_week, days_in_row, heaviest, gap,
        furthest_metres, earnings, earnings_guard, wished_week,
    }
}

form! {
    /// The hours form. Fields are named `form[mon_from]` and so on.
    HoursPosted {
        mon_from, mon_to, tue_from, tue_to, wed_from, wed_to, thu_from, thu_to, fri_from, fri_to, sat_from, sat_to,
        sun_from, sun_to,
    }
}

#[cfg(feature = "ssr")]
impl From<LimitsPosted> for backend::LimitsForm {
    fn from(form: LimitsPosted) -> Self {
        Self {
            visits_a_day: form.visits_a_day,
            minutes_a_day: form.minutes_a_day,
            visits_a_week: form.visits_a_week,
            minutes_a_week: form.minutes_a_week,
            heavy_a_week: form.heavy_a_week,
            days_in_row: form.days_in_row,
            heaviest: form.heaviest,
            gap: form.gap,
            furthest_metres: form.furthest_metres,
            earnings: form.earnings,
            earnings_guard: form.earnings_guard,
            wished_week: form.wished_week,
        }
    }
}

#[cfg(feature = "ssr")]
impl HoursPosted {
    fn week(self) -> Vec<(String, String, String)> {
        let day = |code: &str, from: String, to: String| (code.to_owned(), from, to);
        vec![
            day("mon", self.mon_from, self.mon_to),
            day("tue", self.tue_from, self.tue_to),
            day("wed", self.wed_from, self.wed_to),
            day("thu", self.thu_from, self.thu_to),
            day("fri", self.fri_from, self.fri_to),
            day("sat", self.sat_from, self.sat_to),
            day("sun", self.sun_from, self.sun_to),
        ]
    }
}
