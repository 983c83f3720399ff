// 签到: nearest venues on top, one tap.

import SwiftUI
import XunchaCore
import XunchaKit

struct CheckInScreen: View {
    @StateObject private var model: CheckInModel

    init(_ phone: Phone) {
        _model = StateObject(wrappedValue: CheckInModel(phone))
    }

    var body: some View {
        Page(title: Text("签到"), trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            located
            ForEach(model.shown.venues, id: \.venue) { venue in
                BigButton(Text(verbatim: title(of: venue)), sign: "hand.tap") { model.checkIn(venue.venue) }
            }
            Field(
                label: Text("附一句话(可不写)"), text: Binding(get: { model.shown.note }, set: { model.write($0) }))
        }
        .task { await model.locate() }
    }

    @ViewBuilder
    private var located: some View {
        if model.shown.isLocating {
            Line(sign: "location", text: Text("正在找附近的场所,可以直接点。"))
        } else if model.shown.located == .refused {
            Line(sign: "location.slash", color: .due, text: Text("没有允许定位,也可以签到。"))
        } else if model.shown.located == Located.none {
            Line(sign: "location.slash", color: .due, text: Text("没有收到定位,也可以签到。"))
        }
    }

    private func title(of venue: VenueLine) -> String {
        [venue.name, venue.distance].compactMap { $0 }.joined(separator: " · ")
    }
}
