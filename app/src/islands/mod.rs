//! The only interactive parts, in WebAssembly. Each makes something better that already works without.
//!
//! An island gets finished strings and plain values: no words, no zone database and no backend travel to the phone.

#![expect(missing_docs, reason = "the island macro makes a struct of the props")]
#![expect(clippy::needless_pass_by_value, reason = "an island owns its props")]

pub mod countdown;
pub mod reading;
pub mod refresh;
pub mod times;

pub use countdown::Countdown;
pub use reading::Reading;
pub use refresh::Refresh;
pub use times::{TimeRow, Times};
