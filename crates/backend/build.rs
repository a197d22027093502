//! Rebuilds when a migration is added or changed: stable `sqlx::migrate!` can't notice by itself.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
