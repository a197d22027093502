//! Serving until somebody says stop: then the requests that have begun end, the jobs end, and the database is closed.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context;
use tokio::{net::TcpListener, signal, sync::watch};

use crate::{AppState, emails, jobs, router, texts};

/// How long requests that have begun may take after the stop signal.
const LAST_CALL: Duration = Duration::from_secs(25);

/// Listens and serves until SIGTERM or Ctrl-C.
///
/// # Errors
/// When the address can't be listened on, in one sentence.
pub async fn until_stopped(state: AppState) -> anyhow::Result<()> {
    let listen = state.config.listen;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("The server can't listen on {listen}; is another one running there?"))?;
    let service = router(state.clone())?.into_make_service_with_connect_info::<SocketAddr>();
    if state.config.sms.as_ref().is_some_and(|sms| sms.answers) {
        state.backend.take_text_answers();
    }
    let jobs = jobs::start(state.backend.clone(), state.metrics.clone(), state.config.erased_list.clone());
    if emails::go_out(&state.config) {
        state.backend.send_emails();
    }
    let senders =
        [texts::start(state.backend.clone(), &state.config), emails::start(state.backend.clone(), &state.config)];
    tracing::info!(%listen, public_url = state.config.public_url, demo = state.config.demo, "serving");

    let (told, mut stopping) = watch::channel(false);
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        stop_signal().await;
        tracing::info!("stopping");
        // Nobody listens any more only when serving has ended by itself.
        let _ = told.send(true);
    });
    tokio::select! {
        ended = serving => ended.context("Serving ended.")?,
        () = async {
            let _ = stopping.wait_for(|stop| *stop).await;
            tokio::time::sleep(LAST_CALL).await;
        } => tracing::warn!("some requests didn't end in time"),
    }
    for sender in senders {
        sender.stop().await;
    }
    jobs.stop().await;
    state.backend.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn stop_signal() {
    let interrupted = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
