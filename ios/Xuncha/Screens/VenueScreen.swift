// A venue: where it is, what is near, who went, what to look at again.

import SwiftUI
import XunchaCore
import XunchaKit

struct VenueScreen: View {
    @StateObject private var model: VenueModel

    init(_ phone: Phone, venue: VenueId) {
        _model = StateObject(wrappedValue: VenueModel(phone, venue: venue))
    }

    var body: some View {
        Page(title: Text("场所"), trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            if let page = model.shown.page { VenueHead(page: page) }
            if model.shown.page?.mayCheckIn == true {
                CheckInNote(note: model.shown.note, write: model.write)
            }
        } footer: {
            if model.shown.page?.mayInspect == true {
                BigButton(
                    model.shown.page?.underWay == nil ? Text("开始检查") : Text("接着检查"), sign: "checklist",
                    action: model.start)
            }
            if model.shown.waiting != nil {
                CheckInWait(now: model.checkInNow)
            } else if model.shown.page?.mayCheckIn == true {
                BigButton(Text("签到"), sign: "hand.tap", isQuiet: true) { Task { await model.checkIn() } }
            }
        } below: {
            if let page = model.shown.page { VenueContent(page: page) }
        }
        .onAppear { model.refresh() }
        .onDisappear { model.left() }
    }
}

/// Where it is and where it stands.
struct VenueHead: View {
    let page: VenuePage

    var body: some View {
        Card {
            VenueCard(venue: page.line)
            Text(verbatim: page.line.address).sized()
            if let notOpen = page.notOpen {
                Line(sign: "moon.zzz", color: .due, text: Text(verbatim: notOpen))
            }
        }
    }
}

/// What was found, what is near and who went.
struct VenueContent: View {
    let page: VenuePage

    var body: some View {
        if !page.lookAgain.isEmpty {
            Text("此前的问题，请再看一看").sized(.title)
            ForEach(page.lookAgain, id: \.item) { finding in FindingCard(finding: finding) }
        }
        if !page.schools.isEmpty {
            Text("附近的学校（距离仅供参考）").sized(.title)
            ForEach(page.schools, id: \.self) { school in
                Card {
                    Text(verbatim: school.name).sized(.strong)
                    Text(verbatim: school.levelLabel).sized()
                    Text(verbatim: school.distance).sized()
                    if school.isNear {
                        Line(sign: "exclamationmark.triangle", color: .due, text: Text("离学校较近"))
                    }
                }
            }
        }
        if !page.visits.isEmpty {
            Text("去过的人").sized(.title)
            ForEach(page.visits, id: \.record) { visit in
                Card {
                    Text(verbatim: visit.when).sized(.strong)
                    Text(verbatim: visit.people.joined(separator: "、")).sized()
                    Text(verbatim: [visit.kindLabel, visit.gradeLabel].joined(separator: " · ")).sized(.small)
                    if visit.findings > 0 {
                        Line(sign: "flag", color: .due, text: Text("\(Int(visit.findings)) 个问题"))
                    }
                    if let review = visit.review { Text(verbatim: review).sized(.small) }
                    if visit.unsent { Line(sign: "iphone", color: .due, text: Text("只在本机")) }
                }
            }
        }
    }
}

/// Something that was found, how grave it is, and what to do.
struct FindingCard: View {
    let finding: FindingLine

    var body: some View {
        Card {
            Line(
                sign: finding.severity.sign, color: finding.severity.color,
                text: Text(verbatim: finding.severityLabel), step: .strong)
            Text(verbatim: finding.question).sized()
            if let answer = finding.answer { Text(verbatim: answer).sized(.strong) }
            Text(verbatim: finding.advice).sized()
            if finding.repeated {
                Line(sign: "arrow.clockwise", color: .due, text: Text("此前也有这个问题"))
            }
        }
    }
}

struct VenueScreen_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView { FindingCard(finding: .sample) }
    }
}
