// 签到: nearest venues on top, one tap.

import SwiftUI
import XunchaCore
import XunchaKit

struct CheckInScreen: View {
    @StateObject private var model: CheckInModel
    @Environment(\.scenePhase) private var phase

    init(_ phone: Phone) {
        _model = StateObject(wrappedValue: CheckInModel(phone))
    }

    var body: some View {
        Page(title: Text("签到"), trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            if model.shown.waiting == nil { NearLine(near: model.shown.near) }
            CheckInNote(note: model.shown.note, write: model.write)
        } footer: {
            if model.shown.waiting != nil { CheckInWait(now: model.checkInNow) }
        } below: {
            CheckInContent(venues: model.shown.venues, waiting: model.shown.waiting) { venue in
                Task { await model.checkIn(venue) }
            }
        }
        .onDisappear { model.left() }
        .task { await model.appeared() }
        .onChange(of: phase) { phase in
            if phase == .active { Task { await model.appeared() } }
        }
    }
}

/// The venues, each with its button.
struct CheckInContent: View {
    let venues: [VenueLine]
    /// Where the check-in waits for the position.
    var waiting: VenueId?
    let checkIn: (VenueId) -> Void

    var body: some View {
        ForEach(venues, id: \.venue) { venue in
            BigButton(
                Text(verbatim: title(of: venue)), sign: "hand.tap", isChosen: venue.venue == waiting
            ) { checkIn(venue.venue) }
            .accessibilityLabel(Text("在\(venue.name)签到"))
            .accessibilityValue(Text(verbatim: venue.distance ?? ""))
        }
    }

    private func title(of venue: VenueLine) -> String {
        [venue.name, venue.distance].compactMap { $0 }.joined(separator: " · ")
    }
}

/// The tap is kept while the position is read; nobody has to wait for it.
struct CheckInWait: View {
    let now: () -> Void

    var body: some View {
        Line(sign: "location", color: .due, text: Text("正在定位，最多 15 秒。"), step: .strong)
        BigButton(Text("不等了，直接签到"), sign: "hand.tap", isQuiet: true, action: now)
    }
}

/// A remark to a check-in, for those who want one.
struct CheckInNote: View {
    let note: String
    let write: (String) -> Void
    @State private var writes = false

    var body: some View {
        if writes {
            Field(
                label: Text("备注（写好再点签到）"), text: Binding(get: { note }, set: { write($0) }), isLong: true)
        } else {
            BigButton(Text("写几句"), sign: "text.bubble", isQuiet: true) { writes = true }
        }
    }
}

struct CheckInScreen_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView {
            CheckInWait(now: {})
            CheckInContent(venues: HomePage.sample.venues, checkIn: { _ in })
        }
    }
}
