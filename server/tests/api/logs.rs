//! Nothing of a person gets into the log (T42): whole stories are told with everything logged, and the log is searched.

use std::{
    io,
    sync::{Arc, Mutex},
};

use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use crate::{
    test_app::{AINO, TestApp},
    world::{newcomer, offer_of, ordered},
};

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_log_holds_no_name_number_street_code_or_token() {
    let kept = Kept::default();
    // All that is ours at its most talkative, and the libraries at what an operator would turn on to look for a fault.
    let filter = EnvFilter::new("debug,server=trace,app=trace,backend=trace");
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(kept.clone()).json().finish();
    // With a single subscriber, tracing takes it for everybody's; other tests of this process have none.
    let _other = tracing::Dispatch::new(tracing_subscriber::registry());
    let _log = tracing::subscriber::set_default(log);

    let app = TestApp::new().await;
    let mut aino = app.sign_in(AINO).await;
    let code = app.code(AINO).await;
    let visit = ordered(&mut aino, "snow_path", 0).await;
    let (phone, offer) = offer_of(&app, &visit).await;
    let mut member = app.sign_in(&phone).await;
    member.post("/api/member/accept", &[("offer", &offer)]).await;
    member.get("/member/today").await;
    let kaarina = newcomer(&app, "Kaarina Testinen", "040 000 0999").await;
    aino.get("/my?secret=Salaisuus").await;
    aino.post("/api/order/where", &[("address", "Ruiskukkatie 5"), ("note", "Avain on maton alla")]).await;

    let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("\"answered\"") && log.contains("/my/visit/{id}"), "the log is there");
    let tokens = [aino.session().unwrap().to_owned(), kaarina.session().unwrap().to_owned()];
    let persons = ["Aino", "Niemelä", "Kaarina", "Testinen", "0400000101", "000 0101", "400000999", "Raitotie"];
    let typed = ["Ruiskukkatie", "maton", "Salaisuus"];
    for secret in
        persons.into_iter().chain(typed).chain(tokens.iter().map(String::as_str)).chain([code.as_str(), &visit])
    {
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret}: {}", line.unwrap_or_default());
    }
}
