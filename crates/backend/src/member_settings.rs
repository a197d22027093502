//! What a member sets for themselves: strength of the day, limits, hours, skills. Law for everybody else.
//!
//! Each is written under the member's lock, so that nobody decides by the old ones meanwhile. What is agreed already
//! stays: a cap lowered later breaks nothing (`decisions.md`).

use domain::{Problem, Strength};

use crate::{
    Backend, Error, Refusal,
    member_forms::{LimitsForm, read_hours, read_skills},
    rights,
    store::{audit, member_changes, plans, tx::Tx},
    views::{Caller, MemberSettings},
};

impl Backend {
    /// What the member has set.
    pub async fn member_settings(&self, c: &Caller) -> Result<MemberSettings, Error> {
        self.read(c.clone(), |tx, c| {
            Box::pin(async move {
                let member = rights::member(tx, c).await?;
                let plan = plans::member(tx, member).await?.ok_or(Refusal::NotYours)?;
                let today = tx.settings().coop.zone.date(tx.now());
                Ok(MemberSettings {
                    strength: plan.strength.get(&today).copied().unwrap_or_default(),
                    skills: plan.skills.into_iter().collect(),
                    limits: plan.limits,
                    hours: plan.hours,
                    exceptions: plan.exceptions,
                    wished_week: plan.wished_week,
                    mode: plan.mode,
                })
            })
        })
        .await
    }

    /// The strength of today: "normal", "less" or "pause". New offers stop with the last two; what is agreed stays.
    pub async fn set_strength(&self, c: &Caller, strength: &str) -> Result<(), Error> {
        self.write((c.clone(), strength.to_owned()), |tx, (c, strength)| {
            Box::pin(async move {
                let member = locked(tx, c).await?;
                let strength: Strength =
                    strength.parse().map_err(|problem: Problem| Error::field("strength", problem))?;
                let today = tx.settings().coop.zone.date(tx.now());
                member_changes::set_strength(tx, member, today, strength).await?;
                // That it was told is traced; what was told is nobody's business.
                audit::write(tx, Some(member), None, "member.strength", member).await
            })
        })
        .await
    }

    /// The member's own limits.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub async fn set_limits(&self, c: &Caller, form: LimitsForm) -> Result<(), Error> {
        self.write((c.clone(), form), |tx, (c, form)| {
            Box::pin(async move {
                let member = locked(tx, c).await?;
                let (limits, wished) = form.read()?;
                member_changes::set_limits(tx, member, &limits, wished).await?;
                audit::write(tx, Some(member), None, "member.limits", member).await
            })
        })
        .await
    }

    /// The member's usual week: weekday ("mon" … "sun"), from, to. A day with neither has no hours.
    ///
    /// # Errors
    /// Fields `mon_from`, `mon_to` ….
    pub async fn set_hours(&self, c: &Caller, form: Vec<(String, String, String)>) -> Result<(), Error> {
        self.write((c.clone(), form), |tx, (c, form)| {
            Box::pin(async move {
                let member = locked(tx, c).await?;
                let hours = read_hours(form)?;
                member_changes::set_hours(tx, member, &hours).await?;
                audit::write(tx, Some(member), None, "member.hours", member).await
            })
        })
        .await
    }

    /// The services the member takes.
    pub async fn set_skills(&self, c: &Caller, skills: Vec<String>) -> Result<(), Error> {
        self.write((c.clone(), skills), |tx, (c, skills)| {
            Box::pin(async move {
                let member = locked(tx, c).await?;
                let skills = read_skills(skills)?;
                member_changes::set_skills(tx, member, &skills).await?;
                audit::write(tx, Some(member), None, "member.skills", member).await
            })
        })
        .await
    }
}

/// The member signed in, whose plan stands still from here.
async fn locked(tx: &mut Tx, c: &Caller) -> Result<domain::PersonId, Error> {
    let member = rights::member(tx, c).await?;
    tx.lock_member(member).await?;
    Ok(member)
}
