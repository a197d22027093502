//! What the databases themselves promise, whatever the use cases above them do: no overlap, no change of the trace, nothing
//! lost on the disk, nothing cut in the middle.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use domain::{Language, Minutes, PersonId, Role};

use crate::{
    Backend, Broken, Clock, Entropy, Error, Refusal,
    store::{
        Pools, audit, people,
        tx::{Conn, Tx, execute, scalar},
    },
    testing::{
        TestBackend, both_databases, sqlite,
        world::{LONG, member},
    },
};

/// A visit held by Mikko from one second to another, written without asking anybody.
async fn hold(tx: &mut Tx, id: &str, (from, to): (i64, i64)) -> Result<(), Error> {
    execute!(
        tx,
        "insert into visit (visit_id, coop_id, order_id, resident_id, job, window_start, window_end, minutes, effort, \
         price, labour_percent, pay, state, member_id, planned_start, block_start, block_end, made) \
         select $1, coop_id, order_id, resident_id, job, 0, 3600, 1, 'light', 1, 100, 1, 'agreed', \
         (select person_id from member), $2, $2, $3, 0 from help_order",
        id,
        from,
        to
    )?;
    Ok(())
}

/// One order of Aino's, and Mikko.
async fn world(test: &TestBackend) {
    let aino = test.person("Aino Niemelä", "0400000101", "Koisotie 5", &[Role::Resident]).await;
    test.member(crate::testing::world::member("Mikko")).await;
    test.backend
        .write(aino.id, |tx, aino| {
            Box::pin(async move {
                execute!(
                    tx,
                    "insert into help_order (order_id, coop_id, resident_id, home_id, job, note, contact, \
                     strangers_welcome, slip_code, made) \
                     select 'o', coop_id, person_id, home_id, 'snow_path', '', 'sms', 1, 'LUMI 100', 0 from home \
                     where person_id = $1",
                    aino.to_string()
                )?;
                Ok(())
            })
        })
        .await
        .unwrap();
}

async fn try_to_hold(test: &TestBackend, id: &'static str, block: (i64, i64)) -> Result<(), Error> {
    // Through the pools, not `write`: the typed error itself is looked at.
    let backend = &test.backend;
    let mut tx = begin(backend).await;
    let held = hold(&mut tx, id, block).await;
    if held.is_ok() {
        tx.commit().await.unwrap();
    } else {
        tx.rollback().await.unwrap();
    }
    held
}

async fn begin(backend: &Backend) -> Tx {
    backend.0.pools.begin_write(backend.now(), Entropy::from_seed(1), backend.settings()).await.unwrap()
}

#[tokio::test]
async fn the_database_itself_refuses_an_overlap_and_lets_times_touch() {
    both_databases(async |test| {
        world(test).await;
        try_to_hold(test, "a", (1_000, 2_000)).await.unwrap();
        for (id, block) in [("b", (1_999, 3_000)), ("c", (0, 1_001)), ("d", (1_200, 1_300)), ("e", (0, 9_000))] {
            let refused = try_to_hold(test, id, block).await.unwrap_err();
            assert!(refused.is_member_time_taken(), "{}: {refused:?}", test.kind);
        }
        try_to_hold(test, "f", (2_000, 3_000)).await.unwrap();
        try_to_hold(test, "g", (900, 1_000)).await.unwrap();
        // A change into an overlap is refused as an insertion is; and `write` says it in words.
        let moved = test.backend.write((), |tx, ()| {
            Box::pin(async move { execute!(tx, "update visit set block_end = 2500 where visit_id = 'a'") })
        });
        let Err(Error::Refused(Refusal::Fields(fields))) = moved.await else { panic!("moved into an overlap") };
        assert_eq!(fields, [domain::FieldProblem::new("time", domain::Problem::TimeTaken)]);
        // Called off, the time is free again.
        let mut tx = begin(&test.backend).await;
        execute!(
            tx,
            "update visit set state = 'cancelled', member_id = null, planned_start = null, block_start = null, \
             block_end = null, cancelled_at = 1, cancelled_by = 'resident' where visit_id = 'a'"
        )
        .unwrap();
        tx.commit().await.unwrap();
        try_to_hold(test, "h", (1_100, 1_900)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_state_holds_just_what_is_true_in_it() {
    both_databases(async |test| {
        world(test).await;
        try_to_hold(test, "a", (1_000, 2_000)).await.unwrap();
        for lie in [
            "update visit set state = 'open'",
            "update visit set member_id = null",
            "update visit set block_end = planned_start + 59",
            "update visit set state = 'offered'",
            "update visit set state = 'done', on_way = 1",
            "update visit set state = 'cancelled'",
            "update visit set state = 'asleep'",
        ] {
            let mut tx = begin(&test.backend).await;
            let refused = execute!(tx, lie);
            assert!(matches!(refused, Err(Error::Broken(Broken::Database(_)))), "{}: {lie}", test.kind);
            tx.rollback().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn the_trace_cannot_be_changed_and_what_was_changed_behind_its_back_shows() {
    both_databases(async |test| {
        let who = PersonId::from_random([1; 16]);
        for n in 0..20_u32 {
            test.backend
                .write((who, n), |tx, (who, n)| {
                    Box::pin(async move {
                        let change = n.to_string();
                        audit::write_change(tx, Some(*who), None, "test", n, None, Some(&change)).await
                    })
                })
                .await
                .unwrap();
        }
        assert_eq!(test.audit_rows().await, 20);
        for forgery in ["update audit_log set act = 'other'", "delete from audit_log where seq = 20"] {
            let mut tx = begin(&test.backend).await;
            assert!(execute!(tx, forgery).is_err(), "{}: {forgery}", test.kind);
            tx.rollback().await.unwrap();
        }
        // Somebody with the database in their hands.
        let mut tx = begin(&test.backend).await;
        match &tx.conn {
            Conn::Sqlite(_) => execute!(tx, "drop trigger audit_log_is_not_changed"),
            Conn::Postgres(_) => execute!(tx, "drop trigger audit_log_is_append_only on audit_log"),
        }
        .unwrap();
        execute!(tx, "update audit_log set after = '70' where seq = 7").unwrap();
        assert_eq!(audit::verify(&mut tx).await.unwrap(), Err(7));
        tx.rollback().await.unwrap();
        assert_eq!(test.audit_rows().await, 20);
    })
    .await;
}

#[tokio::test]
async fn twenty_traces_at_once_make_one_chain() {
    both_databases(async |test| {
        let writes = (0..20_u32).map(|n| {
            let backend = test.backend.clone();
            tokio::spawn(
                async move { backend.write(n, |tx, n| Box::pin(audit::write(tx, None, None, "test", *n))).await },
            )
        });
        for write in writes.collect::<Vec<_>>() {
            write.await.unwrap().unwrap();
        }
        assert_eq!(test.audit_rows().await, 20);
    })
    .await;
}

#[tokio::test]
async fn every_sqlite_connection_waits_for_the_disk_and_readers_only_read() {
    let test = sqlite().await;
    let Pools::Sqlite { writer, readers } = &test.backend.0.pools else { panic!("not SQLite") };
    let mut held = Vec::new();
    for pool in [writer, readers, readers, readers, readers] {
        let mut conn = pool.acquire().await.unwrap();
        for (pragma, wanted) in
            [("pragma synchronous", "2"), ("pragma foreign_keys", "1"), ("pragma journal_mode", "wal")]
        {
            let row = sqlx::query(pragma).fetch_one(&mut *conn).await.unwrap();
            let value: String = sqlx::Row::try_get_unchecked(&row, 0).unwrap();
            assert_eq!(value, wanted, "{pragma}");
        }
        // Held until the end, so that each is another connection.
        held.push(conn);
    }
    let written = sqlx::query("delete from person").execute(&mut *held[1]).await;
    assert!(written.is_err());
}

/// T17, where no small disk can be had: SQLite may make no more pages, which is the error that it has on a full disk.
#[tokio::test]
async fn a_full_database_takes_nothing_by_halves_and_is_read_all_the_same() {
    let test = sqlite().await;
    test.with_jobs(LONG).await;
    test.member(member("Mikko")).await;
    let tomorrow = test.backend.now() + Minutes(23 * 60);
    let window = |number: u32| tomorrow + Minutes(i64::from(number % 4 * 3 + number / 4 * 24) * 60);
    let crowd = test.crowd(40, domain::JobKind::SnowPath, |number| number, window).await;
    let Pools::Sqlite { writer, .. } = &test.backend.0.pools else { panic!("not SQLite") };
    // No more than there are.
    sqlx::query("pragma max_page_count = 1").execute(writer).await.unwrap();
    for (ordered, (caller, key)) in crowd.iter().enumerate() {
        let before = crate::peek::dump(&test.url).await;
        let sent = test.backend.send_order(caller, &key.to_string(), "client").await;
        let Err(error) = sent else { continue };
        let Error::Broken(Broken::Database(sqlx::Error::Database(told))) = &error else { panic!("{error:?}") };
        assert_eq!(told.code().as_deref(), Some("13"), "SQLITE_FULL");
        assert_eq!(crate::peek::dump(&test.url).await, before, "half an order");
        test.backend.my_visits(caller).await.expect("reading needs no space");
        // The bound was that connection's, which may have been closed since; where it wasn't, there is space again.
        sqlx::query("pragma max_page_count = 1073741823").execute(writer).await.unwrap();
        test.backend.send_order(caller, &key.to_string(), "client").await.expect("there is space again");
        assert_eq!(crate::peek::dump(&test.url).await["help_order"].len(), ordered + 1);
        return;
    }
    panic!("forty orders need no space");
}

#[tokio::test]
async fn a_write_whose_caller_is_gone_is_done_to_its_end() {
    both_databases(async |test| {
        let backend = test.backend.clone();
        let caller = tokio::spawn(async move {
            backend
                .write((), |tx, ()| {
                    Box::pin(async move {
                        audit::write(tx, None, None, "test", 1).await?;
                        tokio::time::sleep(std::time::Duration::from_millis(80)).await;
                        audit::write(tx, None, None, "test", 2).await
                    })
                })
                .await
        });
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        for _ in 0..100 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            if test.audit_rows().await > 0 {
                break;
            }
        }
        assert_eq!(test.audit_rows().await, 2, "{}", test.kind);
    })
    .await;
}

#[tokio::test]
async fn a_panic_is_an_error_and_its_connection_is_good_again() {
    both_databases(async |test| {
        for _ in 0..20 {
            let panicked = test.backend.write((), |tx, ()| {
                Box::pin(async move {
                    audit::write(tx, None, None, "test", 1).await?;
                    assert!(tx.now().seconds() < 0, "on purpose");
                    Ok(())
                })
            });
            assert!(matches!(panicked.await, Err(Error::Broken(Broken::Panicked))));
        }
        test.backend.ready().await.unwrap();
        let rows = test.backend.write((), |tx, ()| {
            Box::pin(async move {
                audit::write(tx, None, None, "test", 1).await?;
                scalar!(tx, i64, "select count(*) from audit_log")
            })
        });
        assert_eq!(rows.await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_lost_against_another_transaction_is_tried_three_times_more() {
    both_databases(async |test| {
        if test.kind != "postgres" {
            // One writer: nothing is ever lost.
            return;
        }
        for (losses, answer) in [(3, true), (4, false)] {
            let tries = Arc::new(AtomicU32::new(0));
            let done = test.backend.write(tries.clone(), move |tx, tries| {
                Box::pin(async move {
                    if tries.fetch_add(1, Ordering::SeqCst) < losses {
                        execute!(tx, "do $$ begin raise exception 'lost' using errcode = '40001'; end $$")?;
                    }
                    audit::write(tx, None, None, "test", 1).await
                })
            });
            assert_eq!(done.await.is_ok(), answer);
            assert_eq!(tries.load(Ordering::SeqCst), 4);
        }
        assert_eq!(test.audit_rows().await, 1);
    })
    .await;
}

#[tokio::test]
async fn two_processes_that_start_at_once_make_the_tables_once_and_a_newer_schema_is_refused() {
    let test = sqlite().await;
    let fresh = test.url.replace("test.db", "fresh.db");
    let opened = (0..6).map(|_| {
        let url = fresh.clone();
        tokio::spawn(async move { Backend::open(&url, Clock::System, Entropy::from_system()).await.map(|_| ()) })
    });
    for open in opened.collect::<Vec<_>>() {
        open.await.unwrap().unwrap();
    }
    both_databases(async |test| {
        let mut tx = begin(&test.backend).await;
        match &tx.conn {
            Conn::Sqlite(_) => execute!(
                tx,
                "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
                 values (9999, 'later', 1, x'00', 0)"
            ),
            Conn::Postgres(_) => execute!(
                tx,
                "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
                 values (9999, 'later', true, '\\x00', 0)"
            ),
        }
        .unwrap();
        tx.commit().await.unwrap();
        let older = Backend::open(&test.url, Clock::System, Entropy::from_system()).await;
        assert!(matches!(older, Err(Error::Broken(Broken::NewerSchema))));
    })
    .await;
}

#[tokio::test]
async fn the_days_text_messages_are_used_up_once_and_the_trace_says_so() {
    both_databases(async |test| {
        let backend = &test.backend;
        test.person("Aino Niemelä", "0400000101", "", &[Role::Resident]).await;
        test.person("Eino Niemelä", "0400000102", "", &[Role::Resident]).await;
        let mut tx = begin(backend).await;
        execute!(tx, "update coop set sms_daily_budget = 2").unwrap();
        tx.commit().await.unwrap();
        backend.reload_settings().await.unwrap();
        let ask = async |phone: &str, client: &str| {
            let token = backend.open_session().await.unwrap();
            let caller = backend.caller(Some(&token)).await.unwrap();
            backend.ask_code(&caller, phone, Language::Finnish, client).await
        };
        // A number that nobody has uses nothing up.
        for (phone, client) in [("0400000101", "a"), ("0400000102", "b"), ("0409999999", "c")] {
            let asked = ask(phone, client).await;
            if phone == "0409999999" {
                assert!(matches!(asked, Err(Error::Refused(Refusal::TryLater))));
            } else {
                asked.unwrap();
            }
        }
        assert!(matches!(ask("0400000101", "d").await, Err(Error::Refused(Refusal::TryLater))));
        assert_eq!(test.messages().await.len(), 2);
        assert_eq!(test.audit_rows().await, 1);
        test.clock.advance(Minutes(24 * 60));
        ask("0400000101", "e").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_number_has_one_who_signs_in_by_it() {
    both_databases(async |test| {
        let aino = test.person("Aino Niemelä", "0400000101", "", &[Role::Resident]).await;
        let eino = test.person("Eino Niemelä", "0400000101", "", &[Role::Resident]).await;
        let phone = domain::PhoneNumber::parse("0400000101").unwrap();
        let (owner, both) = test
            .backend
            .read(phone, |tx, phone| {
                Box::pin(async move {
                    let owner = people::who_signs_in_by(tx, phone).await?;
                    Ok((owner.map(|person| person.id), people::with_phone(tx, phone).await?.len()))
                })
            })
            .await
            .unwrap();
        assert_eq!((owner, both), (Some(aino.id), 2));
        assert_ne!(aino.id, eino.id);
    })
    .await;
}
