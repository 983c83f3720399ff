//! An enrolment card: a QR for the phone's camera and ten digits for reading out, on half a sheet.

use maud::{Markup, html};

use crate::dashboard::look::{dates, qr};
use crate::dashboard::visitor::Visitor;
use crate::enrolment::EnrolCard;

/// The card.
pub(super) fn view(card: &EnrolCard, visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    html! {
        a.back.no-print href={ "/devices" (visitor.scope()) } { "‹ " (l.pick("手机", "Phones")) }
        p.told.due.no-print { i.sign aria-hidden="true" { "!" }
            (l.pick("请现在打印或让本人扫描：离开本页后不能再次查看，需要重新开卡。",
                "Print it or have it scanned now: after this page it can't be shown again.")) }
        section.panel.card {
            h1 { (card.member.name) " · " (l.pick("登记卡", "enrolment card")) }
            p.quiet { (visitor.station.name) " · " (card.member.role.label(l)) }
            @if let Some(svg) = qr(&card.link.to_string()) { (svg) }
            p.code { (card.link.code) }
            ol.steps {
                li { (l.pick("在手机上打开“巡查”，点“登记这部手机”。", "Open Xuncha on the phone and tap “Enrol this phone”.")) }
                li { (l.pick("扫描二维码；扫不了就输入上面十位数字。", "Scan the code, or type the ten digits above.")) }
                li { (l.pick("手机显示姓名和工作站后，点“完成”。", "When the phone shows name and station, tap “Done”.")) }
            }
            p.quiet { (l.pick("服务器地址：", "Hub address: ")) (card.link.hub) }
            p.quiet { (l.pick("只能用一次，有效期至 ", "Works once, until ")) (dates::moment(card.expires_at, l))
                (l.pick("。请当面交给本人，用后销毁。", ". Hand it over in person and destroy it after.")) }
        }
    }
}
