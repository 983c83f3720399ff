// 签到: nearest venues on top, one tap.

import SwiftUI
import XunchaCore
import XunchaKit

struct CheckInScreen: View {
    @StateObject private var model: CheckInModel
    @State private var writes = false
    @Environment(\.scenePhase) private var phase

    init(_ phone: Phone) {
        _model = StateObject(wrappedValue: CheckInModel(phone))
    }

    var body: some View {
        Page(title: Text("签到"), trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            NearLine(near: model.shown.near)
            if writes {
                Field(
                    label: Text("附一句话，再点场所"),
                    text: Binding(get: { model.shown.note }, set: { model.write($0) }))
            } else {
                BigButton(Text("附一句话（可不写）"), sign: "text.bubble", isQuiet: true) { writes = true }
            }
            CheckInContent(venues: model.shown.venues, checkIn: model.checkIn)
        }
        .task { await model.appeared() }
        .onChange(of: phase) { phase in
            if phase == .active { Task { await model.appeared() } }
        }
    }
}

/// The venues, each with its button.
struct CheckInContent: View {
    let venues: [VenueLine]
    let checkIn: (VenueId) -> Void

    var body: some View {
        ForEach(venues, id: \.venue) { venue in
            BigButton(Text(verbatim: title(of: venue)), sign: "hand.tap") { checkIn(venue.venue) }
                .accessibilityLabel(Text("在\(venue.name)签到"))
                .accessibilityValue(Text(verbatim: venue.distance ?? ""))
        }
    }

    private func title(of venue: VenueLine) -> String {
        [venue.name, venue.distance].compactMap { $0 }.joined(separator: " · ")
    }
}

struct CheckInScreen_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView { CheckInContent(venues: HomePage.sample.venues, checkIn: { _ in }) }
    }
}
