//! What a member types about themselves, read into the domain's values. Every wrong field is told at once.

use chrono::Weekday;
use domain::{
    Cents, DayHours, EarningsGuard, Effort, FieldProblem, Hours, Limits, MinuteOfDay, Minutes, Problem, Service,
};

/// A member's limits as typed. An empty field is no limit of that kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LimitsForm {
    /// Visits on one day.
    pub visits_a_day: String,
    /// Minutes of work on one day.
    pub minutes_a_day: String,
    /// Visits in one week.
    pub visits_a_week: String,
    /// Minutes of work in one week.
    pub minutes_a_week: String,
    /// Heavy visits in one week.
    pub heavy_a_week: String,
    /// Days with work in a row.
    pub days_in_row: String,
    /// The heaviest work, by its code.
    pub heaviest: String,
    /// Rest between two visits, in minutes.
    pub gap: String,
    /// The furthest home, in kilometres: "2,5".
    pub furthest_metres: String,
    /// The monthly sum to watch, in euros: "500" or "412,50".
    pub earnings: String,
    /// What to do with it: "off", "tell" or "wall".
    pub earnings_guard: String,
    /// Minutes a week the member would like to work.
    pub wished_week: String,
}

/// Collects the problems of one form, so that all are told together.
#[derive(Default)]
struct Problems(Vec<FieldProblem>);

impl Problems {
    fn keep<T>(&mut self, field: &str, read: Result<T, Problem>) -> Option<T> {
        read.map_err(|problem| self.0.push(FieldProblem::new(field, problem))).ok()
    }
}

impl LimitsForm {
    /// Reads the whole form.
    ///
    /// # Errors
    /// Every field that is wrong, with what is wrong.
    pub fn read(&self) -> Result<(Limits, Option<Minutes>), Vec<FieldProblem>> {
        let mut problems = Problems::default();
        let mut number =
            |field: &str, text: &str, most: u16| problems.keep(field, optional_number(text, most)).flatten();
        let visits_a_day = number("visits_a_day", &self.visits_a_day, 30);
        let minutes_a_day = number("minutes_a_day", &self.minutes_a_day, 24 * 60);
        let visits_a_week = number("visits_a_week", &self.visits_a_week, 200);
        let minutes_a_week = number("minutes_a_week", &self.minutes_a_week, 7 * 24 * 60);
        let heavy_a_week = number("heavy_a_week", &self.heavy_a_week, 200);
        let days_in_row = number("days_in_row", &self.days_in_row, 31);
        let gap = number("gap", &self.gap, 8 * 60);
        let wished_week = number("wished_week", &self.wished_week, 7 * 24 * 60);
        let heaviest = problems.keep("heaviest", self.heaviest.parse::<Effort>());
        let furthest_metres = problems.keep("furthest_metres", kilometres(&self.furthest_metres)).flatten();
        let earnings = self.read_guard(&mut problems);
        match (heaviest, earnings) {
            (Some(heaviest), Some(earnings)) if problems.0.is_empty() => {
                let minutes = |number: u16| Minutes(i64::from(number));
                let limits = Limits {
                    visits_a_day,
                    minutes_a_day: minutes_a_day.map(minutes),
                    visits_a_week,
                    minutes_a_week: minutes_a_week.map(minutes),
                    heavy_a_week,
                    days_in_row,
                    heaviest,
                    gap: minutes(gap.unwrap_or(0)),
                    furthest_metres,
                    earnings,
                };
                Ok((limits, wished_week.map(minutes)))
            }
            _ => Err(problems.0),
        }
    }

    fn read_guard(&self, problems: &mut Problems) -> Option<EarningsGuard> {
        match self.earnings_guard.trim() {
            "" | "off" => Some(EarningsGuard::Off),
            guard @ ("tell" | "wall") => {
                let sum = problems.keep("earnings", euros(&self.earnings))?;
                Some(if guard == "tell" { EarningsGuard::Tell(sum) } else { EarningsGuard::Wall(sum) })
            }
            _ => problems.keep("earnings_guard", Err(Problem::ChooseOne)),
        }
    }
}

/// Reads a week of hours: weekday code ("mon" … "sun"), from, to. A day with neither has no hours.
///
/// # Errors
/// `mon_from`, `mon_to` … with what is wrong.
pub(crate) fn read_hours(form: &[(String, String, String)]) -> Result<Hours, Vec<FieldProblem>> {
    let mut problems = Problems::default();
    let mut hours = Vec::new();
    for (day, from, to) in form {
        let Ok(weekday) = day.parse::<Weekday>() else {
            problems.0.push(FieldProblem::new("hours", Problem::ChooseOne));
            continue;
        };
        if from.trim().is_empty() && to.trim().is_empty() {
            continue;
        }
        let (from_field, to_field) = (format!("{day}_from"), format!("{day}_to"));
        let from = problems.keep(&from_field, MinuteOfDay::parse(from));
        let to = problems.keep(&to_field, MinuteOfDay::parse(to));
        if let (Some(from), Some(to)) = (from, to)
            && let Some(stretch) = problems.keep(&to_field, DayHours::new(from, to))
        {
            hours.push((weekday, stretch));
        }
    }
    hours.sort_by_key(|(day, stretch)| (day.num_days_from_monday(), stretch.from));
    if problems.0.is_empty() { Ok(Hours(hours)) } else { Err(problems.0) }
}

/// Reads the services ticked.
///
/// # Errors
/// Field `skills`, [`Problem::ChooseOne`] for a code that no service has.
pub(crate) fn read_skills(codes: &[String]) -> Result<Vec<Service>, Vec<FieldProblem>> {
    let mut skills = codes
        .iter()
        .map(|code| code.parse::<Service>())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|problem| vec![FieldProblem::new("skills", problem)])?;
    skills.sort();
    skills.dedup();
    Ok(skills)
}

fn optional_number(text: &str, most: u16) -> Result<Option<u16>, Problem> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().ok().filter(|number| *number <= most).map(Some).ok_or(Problem::OutOfRange),
    }
}

/// "2,5" kilometres as 2,500 metres; at most 100 km.
fn kilometres(text: &str) -> Result<Option<u32>, Problem> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let thousandths = decimal(text, 3).filter(|metres| *metres <= 100_000).ok_or(Problem::OutOfRange)?;
    u32::try_from(thousandths).map(Some).map_err(|_| Problem::OutOfRange)
}

/// "412,50" euros as cents; at most 100,000 €.
fn euros(text: &str) -> Result<Cents, Problem> {
    if text.trim().is_empty() {
        return Err(Problem::Missing);
    }
    decimal(text.trim().trim_end_matches('€'), 2)
        .filter(|cents| *cents <= 10_000_000)
        .map(Cents)
        .ok_or(Problem::OutOfRange)
}

/// A number with a comma or a point, in units of its last `places` decimals. More decimals than that aren't read.
fn decimal(text: &str, places: usize) -> Option<i64> {
    let text = text.trim();
    let (whole, part) = text.split_once([',', '.']).unwrap_or((text, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || part.len() > places || !digits(whole) || !digits(part) {
        return None;
    }
    format!("{whole}{part:0<places$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> LimitsForm {
        LimitsForm {
            visits_a_day: "3".into(),
            gap: "15".into(),
            heaviest: "medium".into(),
            furthest_metres: "2,5".into(),
            earnings: "412,50 €".into(),
            earnings_guard: "wall".into(),
            wished_week: "600".into(),
            ..LimitsForm::default()
        }
    }

    #[test]
    fn limits_are_read_as_people_write_them() {
        let (limits, wished) = typed().read().unwrap();
        assert_eq!((limits.visits_a_day, limits.minutes_a_day, limits.gap), (Some(3), None, Minutes(15)));
        assert_eq!((limits.heaviest, limits.furthest_metres), (Effort::Medium, Some(2_500)));
        assert_eq!((limits.earnings, wished), (EarningsGuard::Wall(Cents(412_50)), Some(Minutes(600))));
    }

    #[test]
    fn every_wrong_field_is_told_at_once() {
        let form = LimitsForm {
            visits_a_day: "-1".into(),
            furthest_metres: "1e9".into(),
            heaviest: String::new(),
            earnings: String::new(),
            ..typed()
        };
        let wrong: Vec<_> = form.read().unwrap_err().into_iter().map(|p| (p.field, p.problem)).collect();
        let told = |field: &str, problem| (field.to_owned(), problem);
        assert_eq!(
            wrong,
            [
                told("visits_a_day", Problem::OutOfRange),
                told("heaviest", Problem::ChooseOne),
                told("furthest_metres", Problem::OutOfRange),
                told("earnings", Problem::Missing),
            ]
        );
    }

    #[test]
    fn a_week_of_hours_with_a_day_off() {
        let day = |day: &str, from: &str, to: &str| (day.to_owned(), from.to_owned(), to.to_owned());
        let hours = read_hours(&[day("tue", "9", "13.30"), day("mon", "8", "16"), day("wed", "", " ")]).unwrap();
        assert_eq!(hours.0.iter().map(|(day, _)| *day).collect::<Vec<_>>(), [Weekday::Mon, Weekday::Tue]);
        let wrong = read_hours(&[day("mon", "16", "8"), day("tue", "9", "")]).unwrap_err();
        assert_eq!(
            wrong,
            [FieldProblem::new("mon_to", Problem::EndsBeforeStart), FieldProblem::new("tue_to", Problem::Missing),]
        );
    }
}
