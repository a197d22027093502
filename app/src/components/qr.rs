//! A link as squares that a phone's camera reads. Dark on light whatever the page's colours, with the quiet edge that the
//! standard asks for; beside it there is always the same in words.

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// The empty edge, in squares (ISO/IEC 18004 asks for four).
const EDGE: usize = 4;

/// Draws the text. Nothing when it is too long to be drawn.
pub(crate) fn qr(text: &str, described: String) -> Option<AnyView> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let squares = code.into_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    let path = squares.fold(String::new(), |path, (at, _)| {
        let (x, y) = (at % width + EDGE, at / width + EDGE);
        path + &format!("M{x} {y}h1v1h-1z")
    });
    let side = width + 2 * EDGE;
    Some(
        view! {
            <svg
                class="qr"
                viewBox=format!("0 0 {side} {side}")
                role="img"
                aria-label=described
                shape-rendering="crispEdges"
                focusable="false"
            >
                <path fill="#fff" d=format!("M0 0h{side}v{side}H0z") />
                <path fill="#000" d=path />
            </svg>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_drawn_within_its_edge() {
        let owner = Owner::new();
        let html = owner.with(|| {
            let drawn = qr("https://naapuriapu.example/link/00112233445566778899aabbccddeeff", "Linkki".to_owned());
            drawn.map(RenderHtml::to_html).unwrap_or_default()
        });
        assert!(html.contains("role=\"img\"") && html.contains("aria-label=\"Linkki\""), "{html}");
        // The three corners begin behind the edge.
        assert!(html.contains("M4 4h1v1h-1z") && html.matches("h1v1h-1z").count() > 300, "{html}");
        assert!(qr(&"x".repeat(5_000), String::new()).is_none());
    }
}
