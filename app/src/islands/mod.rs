//! The only interactive parts, in WebAssembly. Each makes something better that already works without.
//!
//! An island gets finished strings and plain values: no words, no zone database and no backend travel to the phone.

mod countdown;
mod reading;
mod refresh;
mod times;

pub use countdown::Countdown;
pub use reading::Reading;
pub use refresh::Refresh;
pub use times::{TimeRow, Times};
