//! The problem: who can go where, what is asked for, and what each minute costs. Checked once, then never doubted.
//!
//! A [`Draft`] is plain data in any unit of time (minutes, thousandths of a minute: *ticks* below); [`Problem::new`]
//! checks it and works out what the search asks for all the time. It holds no plan and no search.
//!
//! To add a rule about *who* may go: `Problem::new` folds it into `able`. A rule about *when*: [`super::schedule`].
#![expect(clippy::indexing_slicing, reason = "every index is one that this module made, or has checked")]

use super::error::ProblemError;

/// Row and column of the travel matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlaceId(pub usize);

/// Position in [`Draft::carers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CarerId(pub usize);

/// Position in [`Draft::patients`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PatientId(pub usize);

/// A skill: any number, the same on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SkillId(pub usize);

/// A problem as it was read, not yet believed.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Ticks from each place (row) to each place (column).
    pub travel: Vec<Vec<i64>>,
    /// Who can be sent.
    pub carers: Vec<Carer>,
    /// Who is to be visited.
    pub patients: Vec<Patient>,
    /// The lunch break, where somebody is to have one.
    pub lunch: Option<Lunch>,
    /// When a window is met.
    pub promptness: Promptness,
    /// What a plan costs.
    pub weights: Weights,
}

/// Somebody who can be sent.
#[derive(Clone, Debug)]
pub struct Carer {
    /// What they can do.
    pub skills: Vec<SkillId>,
    /// Where they start.
    pub start: PlaceId,
    /// Where they end.
    pub end: PlaceId,
    /// Their working hours; without, they leave at 0 and there is no extra time and no idling.
    pub shift: Option<Shift>,
    /// Whether they are to have the lunch break.
    pub lunch: LunchDuty,
}

/// Working hours, in ticks. The start is kept; work after the end is extra time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Nobody leaves before.
    pub start: i64,
    /// From here on it is extra time.
    pub end: i64,
}

/// Whether a carer is to have a lunch break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LunchDuty {
    /// A missed lunch costs.
    Due,
    /// Not with this carer.
    None,
}

/// When the lunch break may be, and how long it is, in ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lunch {
    /// Not before.
    pub opens: i64,
    /// Not begun after.
    pub latest_start: i64,
    /// How long.
    pub length: i64,
}

/// Somebody to be visited.
#[derive(Clone, Debug)]
pub struct Patient {
    /// Where they live.
    pub place: PlaceId,
    /// When: one window, or two in their order. The first opening is kept, a late start costs.
    pub windows: Vec<Window>,
    /// One service, or two by two people.
    pub services: Vec<Service>,
    /// How the two hang together.
    pub synchronisation: Synchronisation,
    /// Whom they would rather have; anybody else costs. Without, anybody is as good.
    pub preferred: Option<Vec<CarerId>>,
    /// Who may not come.
    pub refused: Vec<CarerId>,
    /// Whether they may be left out, at a cost.
    pub need: Need,
}

/// A time window, in ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Nobody starts before.
    pub opens: i64,
    /// Later than this is tardy.
    pub due: i64,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// The skill it takes.
    pub skill: SkillId,
    /// How long, in ticks; more than none.
    pub duration: i64,
}

/// How the two services of one patient hang together. Distances in ticks, from start to start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Synchronisation {
    /// Not at all (or there is only one).
    #[default]
    Alone,
    /// Both begin at the same time.
    Together,
    /// The second begins so long after the first.
    Ordered {
        /// At least.
        least: i64,
        /// At most.
        most: i64,
    },
}

/// Whether a patient may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// No.
    Required,
    /// Yes, at a cost.
    Optional,
}

/// When a window is met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Promptness {
    /// The service begins in it.
    #[default]
    AtStart,
    /// The service is finished in it.
    AtEnd,
}

/// What one tick, or one case, costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weights {
    /// A tick of travel.
    pub travel: i64,
    /// A tick of lateness, of every visit.
    pub tardiness: i64,
    /// A tick of the largest lateness.
    pub largest_tardiness: i64,
    /// A tick of waiting between two visits.
    pub waiting: i64,
    /// A tick of work after the shift's end.
    pub extra_time: i64,
    /// A tick of the largest idle time of a carer.
    pub largest_idle: i64,
    /// A visit by somebody who was not preferred.
    pub not_preferred: i64,
    /// A patient left out.
    pub left_out: i64,
    /// A lunch break missed.
    pub missed_lunch: i64,
}

/// No task, carer or node.
pub(crate) const NONE: u32 = u32::MAX;
/// A time that never comes (and to which a little may still be added).
pub(crate) const NEVER: i32 = i32::MAX / 2;

/// One carer's work at one patient's, with all that its timing asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Task {
    pub(crate) appointment: u32,
    /// The other task of the appointment, or [`NONE`].
    pub(crate) partner: u32,
    pub(crate) duration: i32,
    /// Earliest start, and latest start that isn't tardy.
    pub(crate) opens: i32,
    pub(crate) due: i32,
    /// The same of the second window; [`NEVER`] without.
    pub(crate) opens_again: i32,
    pub(crate) due_again: i32,
}

impl Task {
    /// How tardy a start is.
    pub(crate) fn lateness(&self, start: i32) -> i32 {
        let due = if start >= self.opens_again { self.due_again } else { self.due };
        (start - due).max(0)
    }
}

/// Tasks that must be timed as one: one, or two together or in order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Appointment {
    pub(crate) patient: u32,
    pub(crate) first: u32,
    /// [`NONE`] where there is only one.
    pub(crate) second: u32,
    /// The second starts `least..=most` after the first.
    pub(crate) least: i32,
    pub(crate) most: i32,
}

impl Appointment {
    /// The one or two tasks.
    pub(crate) fn tasks(&self) -> impl Iterator<Item = u32> + use<> {
        [self.first, self.second].into_iter().filter(|task| *task != NONE)
    }
}

/// A problem that can be planned.
///
/// Nodes are numbered: the tasks first, then for each carer one node that is both the start and the end of the route.
#[derive(Clone, Debug)]
pub struct Problem {
    pub(crate) draft: Draft,
    pub(crate) tasks: Vec<Task>,
    pub(crate) appointments: Vec<Appointment>,
    /// Appointments of each patient: from the first to before the second.
    pub(crate) of_patient: Vec<(u32, u32)>,
    /// By node: how long one stays, where one comes from and where one arrives.
    pub(crate) stay: Vec<i32>,
    pub(crate) leave_place: Vec<u32>,
    pub(crate) reach_place: Vec<u32>,
    pub(crate) shift_start: Vec<i32>,
    pub(crate) shift_end: Vec<Option<i32>>,
    travel: Vec<i32>,
    places: usize,
    able: Vec<bool>,
    /// By task: who can.
    pub(crate) able_carers: Vec<Vec<u32>>,
    dislike: Vec<i64>,
    /// Whether waiting, extra time, idling or lunch cost anything.
    pub(crate) costs_of_shifts: bool,
    pub(crate) has_lunch: bool,
    pub(crate) lunch: (i32, i32, i32),
}

impl Problem {
    /// Checks a draft.
    ///
    /// # Errors
    /// The first thing found that makes it impossible: see [`ProblemError`].
    pub fn new(draft: Draft) -> Result<Self, ProblemError> {
        let places = draft.travel.len();
        check_shapes(&draft)?;
        let carers = draft.carers.len();
        let mut problem = Self {
            tasks: Vec::new(),
            appointments: Vec::new(),
            of_patient: Vec::with_capacity(draft.patients.len()),
            stay: Vec::new(),
            leave_place: Vec::new(),
            reach_place: Vec::new(),
            shift_start: Vec::new(),
            shift_end: Vec::new(),
            travel: Vec::with_capacity(places * places),
            places,
            able: Vec::new(),
            able_carers: Vec::new(),
            dislike: Vec::new(),
            costs_of_shifts: false,
            has_lunch: draft.lunch.is_some() && draft.carers.iter().any(|carer| carer.lunch == LunchDuty::Due),
            lunch: (0, 0, 0),
            draft: Draft::default(),
        };
        check_sizes(&draft)?;
        for row in &draft.travel {
            for ticks in row {
                problem.travel.push(narrow(*ticks)?);
            }
        }
        for (index, patient) in draft.patients.iter().enumerate() {
            problem.add_patient(&draft, PatientId(index), patient)?;
        }
        for carer in &draft.carers {
            problem.stay.push(0);
            problem.leave_place.push(index_of(carer.start.0));
            problem.reach_place.push(index_of(carer.end.0));
            problem.shift_start.push(carer.shift.map_or(Ok(0), |shift| narrow(shift.start))?);
            problem.shift_end.push(carer.shift.map(|shift| narrow(shift.end)).transpose()?);
        }
        if let Some(lunch) = draft.lunch {
            problem.lunch = (narrow(lunch.opens)?, narrow(lunch.latest_start)?, narrow(lunch.length)?);
        }
        let weights = &draft.weights;
        problem.costs_of_shifts = weights.waiting > 0
            || weights.extra_time > 0
            || weights.largest_idle > 0
            || (weights.missed_lunch > 0 && problem.has_lunch);
        debug_assert_eq!(problem.able.len(), problem.tasks.len() * carers);
        problem.draft = draft;
        Ok(problem)
    }

    fn add_patient(&mut self, draft: &Draft, id: PatientId, patient: &Patient) -> Result<(), ProblemError> {
        let from = index_of(self.appointments.len());
        let first_task = self.tasks.len();
        for (number, service) in patient.services.iter().enumerate() {
            let carers: Vec<u32> = draft
                .carers
                .iter()
                .enumerate()
                .filter(|(carer, facts)| {
                    facts.skills.contains(&service.skill) && !patient.refused.contains(&CarerId(*carer))
                })
                .map(|(carer, _)| index_of(carer))
                .collect();
            if carers.is_empty() && patient.need == Need::Required {
                return Err(ProblemError::NobodyCan { patient: id, service: number });
            }
            for carer in 0..draft.carers.len() {
                self.able.push(carers.contains(&index_of(carer)));
                let liked = patient.preferred.as_ref().is_none_or(|carers| carers.contains(&CarerId(carer)));
                self.dislike.push(if liked { 0 } else { draft.weights.not_preferred });
            }
            let early = if draft.promptness == Promptness::AtEnd { service.duration } else { 0 };
            let window = patient.windows[0];
            let again = patient.windows.get(1);
            self.tasks.push(Task {
                appointment: from,
                partner: NONE,
                duration: narrow(service.duration)?,
                opens: narrow(window.opens)?,
                due: signed(window.due - early)?,
                opens_again: again.map_or(Ok(NEVER), |window| narrow(window.opens))?,
                due_again: again.map_or(Ok(NEVER), |window| signed(window.due - early))?,
            });
            self.stay.push(narrow(service.duration)?);
            self.leave_place.push(index_of(patient.place.0));
            self.reach_place.push(index_of(patient.place.0));
            self.able_carers.push(carers);
        }
        let first = index_of(first_task);
        let owner = index_of(id.0);
        let linked = patient.services.len() == 2 && patient.synchronisation != Synchronisation::Alone;
        if linked {
            let (least, most) = match patient.synchronisation {
                Synchronisation::Ordered { least, most } => (narrow(least)?, narrow(most)?),
                Synchronisation::Together | Synchronisation::Alone => (0, 0),
            };
            self.appointments.push(Appointment { patient: owner, first, second: first + 1, least, most });
            self.tasks[first_task].partner = first + 1;
            self.tasks[first_task + 1].partner = first;
            let (one, other) = (&self.able_carers[first_task], &self.able_carers[first_task + 1]);
            if one.len() == 1 && one == other && patient.need == Need::Required {
                return Err(ProblemError::NobodyCan { patient: id, service: 1 });
            }
        } else {
            for task in first..index_of(self.tasks.len()) {
                self.tasks[task as usize].appointment = index_of(self.appointments.len());
                self.appointments.push(Appointment { patient: owner, first: task, second: NONE, least: 0, most: 0 });
            }
        }
        self.of_patient.push((from, index_of(self.appointments.len())));
        Ok(())
    }

    /// The draft it was made from.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// Ticks from one node to another.
    #[inline]
    pub(crate) fn travel(&self, from: u32, to: u32) -> i32 {
        let (from, to) = (self.leave_place[from as usize] as usize, self.reach_place[to as usize] as usize);
        self.travel[from * self.places + to]
    }

    /// Whether a carer may do a task.
    #[inline]
    pub(crate) fn able(&self, task: u32, carer: u32) -> bool {
        self.able[task as usize * self.draft.carers.len() + carer as usize]
    }

    /// What it costs that this carer, and not a preferred one, does a task.
    #[inline]
    pub(crate) fn dislike(&self, task: u32, carer: u32) -> i64 {
        self.dislike[task as usize * self.draft.carers.len() + carer as usize]
    }

    /// How many tasks there are; the nodes from here on are the carers'.
    pub(crate) fn task_count(&self) -> u32 {
        index_of(self.tasks.len())
    }

    /// How many carers there are.
    pub(crate) fn carer_count(&self) -> u32 {
        index_of(self.draft.carers.len())
    }

    /// The node at which a carer's route starts and ends.
    pub(crate) fn home(&self, carer: u32) -> u32 {
        self.task_count() + carer
    }

    /// Whether all of a patient's tasks have somebody who can do them.
    pub(crate) fn can_be_served(&self, patient: usize) -> bool {
        let (from, to) = self.of_patient[patient];
        (from..to).all(|appointment| {
            let appointment = &self.appointments[appointment as usize];
            match (appointment.first, appointment.second) {
                (first, NONE) => !self.able_carers[first as usize].is_empty(),
                (first, second) => {
                    let (one, other) = (&self.able_carers[first as usize], &self.able_carers[second as usize]);
                    !one.is_empty() && !other.is_empty() && (one.len() > 1 || other.len() > 1 || one != other)
                }
            }
        })
    }
}

fn check_shapes(draft: &Draft) -> Result<(), ProblemError> {
    let places = draft.travel.len();
    if draft.carers.is_empty() {
        return Err(ProblemError::NoCarers);
    }
    for (row, times) in draft.travel.iter().enumerate() {
        if times.len() != places {
            return Err(ProblemError::TravelShape { row, found: times.len(), expected: places });
        }
        if let Some(column) = times.iter().position(|ticks| *ticks < 0) {
            return Err(ProblemError::NegativeTravel { from: PlaceId(row), to: PlaceId(column) });
        }
    }
    for (index, carer) in draft.carers.iter().enumerate() {
        for place in [carer.start, carer.end] {
            if place.0 >= places {
                return Err(ProblemError::CarerPlace { carer: CarerId(index), place });
            }
        }
        if carer.shift.is_some_and(|shift| shift.start < 0 || shift.end < shift.start) {
            return Err(ProblemError::Shift(CarerId(index)));
        }
    }
    for (index, patient) in draft.patients.iter().enumerate() {
        check_patient(draft, PatientId(index), patient)?;
    }
    if draft.lunch.is_some_and(|lunch| lunch.length <= 0 || lunch.opens < 0 || lunch.latest_start < lunch.opens) {
        return Err(ProblemError::Lunch);
    }
    if draft.weights.all().iter().any(|weight| *weight < 0) {
        return Err(ProblemError::NegativeWeight);
    }
    Ok(())
}

fn check_patient(draft: &Draft, id: PatientId, patient: &Patient) -> Result<(), ProblemError> {
    if patient.place.0 >= draft.travel.len() {
        return Err(ProblemError::PatientPlace { patient: id, place: patient.place });
    }
    if !matches!(patient.services.len(), 1 | 2) {
        return Err(ProblemError::ServiceCount { patient: id, found: patient.services.len() });
    }
    if patient.services.len() == 1 && patient.synchronisation != Synchronisation::Alone {
        return Err(ProblemError::NothingToSynchronise(id));
    }
    if patient.services.iter().any(|service| service.duration <= 0) {
        return Err(ProblemError::Duration(id));
    }
    if !matches!(patient.windows.len(), 1 | 2) {
        return Err(ProblemError::WindowCount { patient: id, found: patient.windows.len() });
    }
    let turned = patient.windows.iter().any(|window| window.opens < 0 || window.due < window.opens);
    let swapped = patient.windows.windows(2).any(|pair| pair[1].opens <= pair[0].opens || pair[1].due < pair[0].due);
    if turned || swapped {
        return Err(ProblemError::Window(id));
    }
    if let Synchronisation::Ordered { least, most } = patient.synchronisation
        && (least < 0 || most < least)
    {
        return Err(ProblemError::Distance(id));
    }
    let named = patient.preferred.iter().flatten().chain(&patient.refused);
    if let Some(carer) = named.copied().find(|carer| carer.0 >= draft.carers.len()) {
        return Err(ProblemError::UnknownCarer { patient: id, carer });
    }
    Ok(())
}

/// Everything in a row, each by the longest way, must be countable: then no sum of the search can overflow.
fn check_sizes(draft: &Draft) -> Result<(), ProblemError> {
    let farthest = draft.travel.iter().flatten().max().copied().unwrap_or(0);
    let mut whole = i128::from(farthest);
    for patient in &draft.patients {
        for service in &patient.services {
            whole += i128::from(service.duration) + i128::from(farthest);
        }
        if let Synchronisation::Ordered { most, .. } = patient.synchronisation {
            whole += i128::from(most);
        }
    }
    let windows = draft.patients.iter().flat_map(|patient| &patient.windows).map(|window| window.due);
    let shifts = draft.carers.iter().filter_map(|carer| carer.shift).map(|shift| shift.end);
    whole += i128::from(windows.chain(shifts).max().unwrap_or(0));
    whole += draft.lunch.map_or(0, |lunch| i128::from(lunch.latest_start) + i128::from(lunch.length));
    let heaviest = draft.weights.all().into_iter().max().unwrap_or(0);
    let steps = draft.patients.len() * 2 + draft.carers.len() + 1;
    let cost = i128::try_from(steps).unwrap_or(i128::MAX).saturating_mul(whole).saturating_mul(i128::from(heaviest));
    if whole > i128::from(NEVER / 4) || cost > i128::from(i64::MAX / 64) || steps > 1 << 20 {
        return Err(ProblemError::TooLarge);
    }
    Ok(())
}

impl Weights {
    fn all(&self) -> [i64; 9] {
        [
            self.travel,
            self.tardiness,
            self.largest_tardiness,
            self.waiting,
            self.extra_time,
            self.largest_idle,
            self.not_preferred,
            self.left_out,
            self.missed_lunch,
        ]
    }
}

/// A checked number of ticks, as the search keeps it.
fn narrow(ticks: i64) -> Result<i32, ProblemError> {
    i32::try_from(ticks).ok().filter(|ticks| (0..=NEVER).contains(ticks)).ok_or(ProblemError::TooLarge)
}

/// The same, where it may be below zero.
fn signed(ticks: i64) -> Result<i32, ProblemError> {
    i32::try_from(ticks).map_err(|_| ProblemError::TooLarge)
}

/// A position, as the search keeps it. (`check_sizes` has seen that there are not so many.)
#[expect(clippy::cast_possible_truncation, reason = "sizes are checked to be far below")]
pub(crate) fn index_of(position: usize) -> u32 {
    position as u32
}
