//! What others may know of a member's private rules: nothing.
//!
//! The strength of the day and the earnings limit are the member's own secret. To everybody else such a member is
//! simply outside their hours then. Every [`Failure`] and [`Rule`] that leaves the backend for anybody but that member
//! goes through here.

use assignment::{Failure, Rule};

/// The rule as others may see it.
pub(crate) const fn folded_rule(rule: Rule) -> Rule {
    match rule {
        Rule::Strength | Rule::Earnings => Rule::Hours,
        open => open,
    }
}

/// The failure as others may see it: the private rules' members are counted with those outside their hours.
pub(crate) fn folded(failure: Failure) -> Failure {
    let mut removed: Vec<(Rule, u32)> = Vec::with_capacity(failure.removed.len());
    for (rule, members) in failure.removed {
        let rule = folded_rule(rule);
        match removed.iter_mut().find(|(known, _)| *known == rule) {
            Some((_, count)) => *count += members,
            None => removed.push((rule, members)),
        }
    }
    removed.sort_by_key(|(rule, _)| *rule);
    Failure { removed, last: folded_rule(failure.last), change: failure.change }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_learns_that_a_member_has_a_bad_day_or_an_earnings_limit() {
        let failure = Failure {
            removed: vec![(Rule::Skill, 3), (Rule::Hours, 1), (Rule::Strength, 2), (Rule::Earnings, 1)],
            last: Rule::Earnings,
            change: None,
        };
        let seen = folded(failure);
        assert_eq!(seen.removed, [(Rule::Skill, 3), (Rule::Hours, 4)]);
        assert_eq!(seen.last, Rule::Hours);
    }
}
