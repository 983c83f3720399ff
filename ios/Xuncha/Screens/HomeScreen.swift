// The first screen: venues in order of need, inspections under way, one line on what waits.

import SwiftUI
import XunchaCore
import XunchaKit

struct HomeScreen: View {
    @StateObject private var model: HomeModel
    @ObservedObject private var uploader: Uploader
    @Environment(\.scenePhase) private var phase
    private let way: Way

    init(_ phone: Phone) {
        _model = StateObject(wrappedValue: HomeModel(phone))
        uploader = phone.uploader
        way = phone.way
    }

    var body: some View {
        Page(
            title: Text("巡查"), back: .none, trouble: model.shown.trouble, dismiss: model.dismissTrouble
        ) {
            if model.shown.mustEnrol {
                BigButton(Text("登记这部手机"), sign: "person.badge.key", action: model.enrol)
            }
        } footer: {
            if let page = model.shown.page { HomeButtons(page: page, to: way.to) }
        } below: {
            if let page = model.shown.page {
                if page.nearestFirst {
                    NearLine(near: model.shown.near)
                    BigButton(Text("离我最近的排在上面"), sign: "location", isQuiet: true) {
                        Task { await model.locate() }
                    }
                }
                HomeContent(
                    page: page, told: uploader.shown.toldFirst, follow: model.follow, open: model.open,
                    resume: model.resume,
                    discard: model.discard, reallyDiscard: model.shown.reallyDiscard, to: way.to)
            }
        }
        .task { await model.appeared() }
        .onChange(of: phase) { phase in
            if phase == .active { Task { await model.appeared() } }
        }
    }
}

struct HomeContent: View {
    let page: HomePage
    /// What came of uploading, if somebody has to know.
    var told: String?
    let follow: (Notice) -> Void
    let open: (VenueId) -> Void
    let resume: (DraftLine) -> Void
    let discard: (DraftLine) -> Void
    var reallyDiscard: DraftId?
    let to: (Route) -> Void

    var body: some View {
        ForEach(page.notices, id: \.code) { notice in
            if notice.leadsTo == nil {
                Card { NoticeLine(notice: notice) }
            } else {
                CardButton(action: { follow(notice) }) { NoticeLine(notice: notice) }
            }
        }
        ForEach(page.urgent, id: \.self) { line in
            CardButton(action: { open(line.venue) }) {
                Line(
                    sign: "exclamationmark.octagon.fill", color: .urgent,
                    text: Text(verbatim: line.severityLabel))
                Text(verbatim: line.venueName).sized(.strong)
                Text(verbatim: line.question).sized()
                if let answer = line.answer { Text(verbatim: answer).sized(.strong) }
                Text(verbatim: line.when).sized(.small)
            }
        }
        ForEach(page.drafts, id: \.draft) { draft in
            DraftCard(
                draft: draft, resume: resume, discard: discard, isAsked: draft.draft == reallyDiscard)
        }
        Text(verbatim: page.progress).sized(.title)
        ProgressView(value: Double(page.met), total: Double(max(page.total, 1))).tint(.good)
            .accessibilityHidden(true)
        if let vacation = page.vacation {
            Line(sign: "graduationcap.fill", color: .due, text: Text(verbatim: vacation))
        }
        CardButton(action: { to(.outbox) }) {
            Line(sign: page.unsent.sign, color: page.unsent.color, text: Text(verbatim: page.waiting))
            if let told { Line(sign: "info.circle.fill", color: .urgent, text: Text(verbatim: told)) }
        }
        ForEach(page.venues, id: \.venue) { venue in
            CardButton(action: { open(venue.venue) }) { VenueCard(venue: venue) }
        }
    }
}

/// What somebody has to know.
private struct NoticeLine: View {
    let notice: Notice

    var body: some View {
        Line(sign: "info.circle.fill", color: .urgent, text: Text(verbatim: notice.text))
    }
}

/// The ways that are in reach however many venues there are.
struct HomeButtons: View {
    let page: HomePage
    let to: (Route) -> Void

    var body: some View {
        if page.mayCheckIn || page.isHead {
            SideBySide {
                if page.mayCheckIn { BigButton(Text("签到"), sign: "hand.tap") { to(.checkIn) } }
                if page.isHead {
                    BigButton(Text("本月检查"), sign: "calendar", isQuiet: true) { to(.coverage) }
                }
            }
        }
        SideBySide {
            BigButton(Text("我的记录"), sign: "list.bullet", isQuiet: true) { to(.history) }
            BigButton(Text("设置"), sign: "gearshape", isQuiet: true) { to(.settings) }
        }
    }
}

/// A venue in a list: its name, where it stands, the last day in words.
struct VenueCard: View {
    let venue: VenueLine

    var body: some View {
        Text(verbatim: venue.name).sized(.title)
        Text(verbatim: venue.kindLabel).sized()
        Line(
            sign: venue.state.sign, color: venue.state.color, text: Text(verbatim: venue.stateLabel),
            step: .strong)
        Text(verbatim: venue.visitsLabel).sized()
        if let day = venue.lastDay { Line(sign: "calendar", color: .ink, text: Text(verbatim: day)) }
        if let distance = venue.distance { Line(sign: "location", text: Text(verbatim: distance)) }
        if venue.hasUnsent { Line(sign: "iphone", color: .due, text: Text("有一次还只在本机")) }
    }
}

/// An inspection under way; one that cannot be opened any more says so, and can be given up.
struct DraftCard: View {
    let draft: DraftLine
    let resume: (DraftLine) -> Void
    let discard: (DraftLine) -> Void
    let isAsked: Bool

    var body: some View {
        Card {
            Text(verbatim: draft.venueName).sized(.title)
            if draft.isCorrection { CorrectionLine() }
            Text(verbatim: draft.text).sized()
            if draft.readable {
                BigButton(Text("接着检查"), sign: "arrow.right") { resume(draft) }
            } else {
                BigButton(
                    isAsked ? Text("真的删掉？再点一次就删掉") : Text("删掉这一份"), sign: "trash", isQuiet: true
                ) { discard(draft) }
            }
        }
    }
}

struct HomeScreen_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView {
            HomeContent(
                page: .sample, follow: { _ in }, open: { _ in }, resume: { _ in }, discard: { _ in },
                to: { _ in })
        }
        .preferredColorScheme(.dark)
    }
}
