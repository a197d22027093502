//! A small plan in words, in every language, against golden files: what Pekka reads of the engine's answer.
//!
//! After a wanted change: `NAAPURIAPU_GOLDEN=write cargo test -p server plan_in_words`, and read what changed.

use std::{fmt::Write, fs, path::PathBuf};

use app::{format::Clock, names};
use assignment::{Decision, Evaluations, Plan, Snapshot, WantedVisit, plan};
use domain::{Language, Moment, PersonId};
use serde::Deserialize;

#[derive(Deserialize)]
struct Problem {
    snapshot: Snapshot,
    wanted: Vec<WantedVisit>,
}

fn problem() -> Problem {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/problem.json");
    let mut problem: Problem = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    // Those after it are linked, which has words of its own only where there is nobody.
    problem.wanted.truncate(4);
    problem
}

/// The members of the problem by the names that they have in this story.
fn name(member: PersonId) -> &'static str {
    match member.to_string().chars().last() {
        Some('1') => "Mikko",
        Some('2') => "Leila",
        Some('3') => "Jari",
        _ => panic!("somebody new in docs/problem.json: {member}"),
    }
}

fn in_words(language: Language, problem: &Problem, plan: &Plan) -> String {
    let lang = names::lang(language);
    let now: Moment = problem.snapshot.now;
    let clock = Clock { zone: problem.snapshot.rules.zone, now, lang };
    let mut text = String::new();
    for (wish, planned) in problem.wanted.iter().zip(&plan.visits) {
        let job = names::job(lang, wish.request.terms.kind);
        match &planned.decision {
            Decision::Assigned { place, reasons } => {
                let (who, at) = (name(place.member), clock.at(place.start));
                let why = names::reasons_to_desk(lang, reasons, who);
                writeln!(text, "{job}: {who}, {at}\n  {why}").unwrap();
            }
            Decision::Unassigned { failure } => {
                let failure = failure.as_ref().unwrap();
                writeln!(text, "{job}: –\n  {}", names::failure(lang, failure)).unwrap();
                if let Some(change) = &failure.change {
                    let helpers: Vec<String> = change.members().into_iter().map(|id| name(id).to_owned()).collect();
                    writeln!(text, "  {}", names::change(&clock, change, &helpers)).unwrap();
                }
            }
        }
    }
    text
}

#[test]
fn a_small_plan_reads_as_the_golden_files_say() {
    let problem = problem();
    let plan = plan(&problem.snapshot, &problem.wanted, 1, &mut Evaluations(20_000)).unwrap();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/api/golden");
    for language in [Language::Finnish, Language::Swedish, Language::English, Language::EasyFinnish] {
        let file = folder.join(format!("plan.{}.txt", language.code()));
        let words = in_words(language, &problem, &plan);
        if std::env::var_os("NAAPURIAPU_GOLDEN").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&file, &words).unwrap();
        }
        let golden = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(words, golden, "{}", file.display());
    }
}
