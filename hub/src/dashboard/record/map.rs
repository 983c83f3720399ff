//! A small map: the venue in the middle, the phone's position with its error, the schools around. Drawn by
//! the server from positions alone, to scale and with north above; nothing is asked of any map service.

use maud::{Markup, html};
use xuncha_core::domain::{Fix, Locale, Metres, School, Shape, Venue, Wgs84, distance, east_north};

/// Half the side of the drawing, in its own units.
const HALF: f64 = 150.0;
/// The least and the most that is shown in each direction, in metres.
const REACH: std::ops::RangeInclusive<f64> = 150.0..=1500.0;
/// Schools that are named.
const SCHOOLS: usize = 3;

/// The drawing with the same in words; nothing where the venue's position is not known.
pub(super) fn map(venue: Option<&Venue>, fix: Option<&Fix>, schools: &[School], l: Locale) -> Markup {
    let Some(centre) = venue.and_then(|venue| venue.position) else { return html! {} };
    let place = fix.map(|fix| (fix.raw.wgs84(), fix.accuracy));
    let reach = reach(centre, place);
    let mut near: Vec<(&School, Metres)> =
        schools.iter().map(|school| (school, school.distance_from(centre))).collect();
    near.retain(|(_, metres)| metres.0 <= reach);
    near.sort_by(|(_, a), (_, b)| a.0.total_cmp(&b.0));
    near.truncate(SCHOOLS);
    let on_paper = |at: Wgs84| {
        let (east, north) = east_north(centre, at);
        (HALF * east / reach, -HALF * north / reach)
    };
    let words = words(centre, place, reach, &near, l);
    let scale = scale(reach);
    html! {
        figure.map {
            svg viewBox="-150 -150 300 300" role="img" aria-label=(words.join(l.pick("；", "; "))) {
                rect.ground x="-150" y="-150" width="300" height="300" {}
                @for (school, _) in &near { (outline(school, on_paper)) }
                @if let Some((at, accuracy)) = place {
                    @let (x, y) = on_paper(at);
                    circle.error cx=(round(x)) cy=(round(y)) r=(round(HALF * accuracy.0 / reach)) {}
                    circle.fix cx=(round(x)) cy=(round(y)) r="4" {}
                }
                path.venue d="M-7 0L0 -7L7 0L0 7Z" {}
                text x="142" y="-134" text-anchor="end" { (l.pick("北 ↑", "N ↑")) }
                path.scale d={ "M-140 138v4h" (round(HALF * scale / reach)) "v-4" } {}
                text x="-140" y="132" { (Metres(scale).text(l)) }
            }
            figcaption {
                ul.plain { @for line in &words { li { (line) } } }
                p.quiet { (l.pick("◆ 场所　● 手机定位和误差范围　▨ 学校。按坐标画出，仅供核对，不作距离认定。",
                    "◆ venue ● the phone's position and its error ▨ school. Drawn from coordinates to compare by; it decides nothing.")) }
            }
        }
    }
}

/// How far is shown: so that the position with its error is on the map, where that is not too far.
fn reach(centre: Wgs84, place: Option<(Wgs84, Metres)>) -> f64 {
    let far = place.map_or(0.0, |(at, accuracy)| distance(centre, at).0 + accuracy.0);
    (far * 1.15).max(400.0).clamp(*REACH.start(), *REACH.end())
}

fn words(
    centre: Wgs84,
    place: Option<(Wgs84, Metres)>,
    reach: f64,
    near: &[(&School, Metres)],
    l: Locale,
) -> Vec<String> {
    let mut words = Vec::new();
    words.push(match place {
        None => l.pick("没有手机定位", "No position from the phone").to_owned(),
        Some((at, accuracy)) => {
            let away = distance(centre, at);
            let (away_words, accuracy) = (away.text(l), accuracy.text(l));
            let off = if away.0 > reach { l.pick("（不在图上）", " (not on the map)") } else { "" };
            match l {
                Locale::ZhHans => format!("手机定位距场所 {away_words}，误差约 {accuracy}{off}"),
                Locale::En => {
                    format!(
                        "The phone's position is {away_words} from the venue, give or take {accuracy}{off}"
                    )
                }
            }
        }
    });
    words.extend(near.iter().map(|(school, metres)| match l {
        Locale::ZhHans => format!("{}：参考距离 {}", school.name, metres.text(l)),
        Locale::En => format!("{}: reference distance {}", school.name, metres.text(l)),
    }));
    words
}

fn outline(school: &School, on_paper: impl Fn(Wgs84) -> (f64, f64)) -> Markup {
    let points = school.outline.points().iter().map(|at| on_paper(*at));
    match school.outline.shape() {
        Shape::Boundary => {
            let corners: Vec<String> = points.map(|(x, y)| format!("{},{}", round(x), round(y))).collect();
            html! { polygon.school points=(corners.join(" ")) { title { (school.name) } } }
        }
        Shape::Gates => html! {
            @for (x, y) in points { rect.school x=(round(x - 5.0)) y=(round(y - 5.0)) width="10" height="10" { title { (school.name) } } }
        },
    }
}

/// A round length of about a third of the drawing.
fn scale(reach: f64) -> f64 {
    [500.0, 200.0, 100.0, 50.0].into_iter().find(|length| *length <= reach * 0.7).unwrap_or(50.0)
}

/// To a tenth: nobody sees less.
fn round(number: f64) -> f64 {
    // A point that is far off the map does not make the page longer.
    (number.clamp(-9_999.0, 9_999.0) * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> Wgs84 {
        Wgs84::new(lat, lon).unwrap()
    }

    #[test]
    fn the_map_reaches_as_far_as_the_position_and_no_farther_than_can_be_read() {
        let centre = at(32.05, 118.80);
        assert!((reach(centre, None) - 400.0).abs() < 0.1);
        let near = reach(centre, Some((at(32.056, 118.80), Metres(20.0))));
        assert!((700.0..900.0).contains(&near), "{near}");
        assert!((reach(centre, Some((at(33.0, 118.80), Metres(20.0)))) - 1500.0).abs() < 0.1);
        assert!((scale(400.0) - 200.0).abs() < 0.1);
    }
}
