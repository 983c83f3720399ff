// 覆盖: which venues have their visits in a month, who went, and which record counts.

import SwiftUI
import XunchaCore
import XunchaKit

struct CoverageScreen: View {
    @StateObject private var model: CoverageModel

    init(_ phone: Phone) {
        _model = StateObject(wrappedValue: CoverageModel(phone))
    }

    var body: some View {
        Page(title: Text("本月检查"), trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            if let page = model.shown.page { CoverageHead(page: page) }
        } footer: {
            SideBySide {
                BigButton(Text("上个月"), sign: "chevron.left", isQuiet: true, action: model.monthBefore)
                BigButton(Text("下个月"), sign: "chevron.right", isQuiet: true, action: model.monthAfter)
            }
        } below: {
            if let page = model.shown.page {
                CoverageContent(page: page, review: model.review, open: model.open)
            }
        }
        .onAppear { model.refresh() }
    }
}

/// Which month, and how far it is.
struct CoverageHead: View {
    let page: CoveragePage

    var body: some View {
        Text(verbatim: page.monthLabel).sized(.title)
        Text("\(Int(page.total)) 个场所，已达标 \(Int(page.met)) 个").sized()
    }
}

struct CoverageContent: View {
    let page: CoveragePage
    let review: () -> Void
    let open: (VenueId) -> Void

    var body: some View {
        if let toReview = page.toReview {
            BigButton(Text(verbatim: toReview), sign: "tray.full", isQuiet: true, action: review)
        }
        ForEach(page.lines, id: \.venue.venue) { line in
            CardButton(action: { open(line.venue.venue) }) {
                VenueCard(venue: line.venue)
                ForEach(line.records, id: \.record) { visit in
                    let people = visit.people.joined(separator: "、")
                    Text(verbatim: [visit.when, people, visit.verdictLabel].joined(separator: " · "))
                        .sized(.small)
                    if visit.unsent { Line(sign: "iphone", color: .due, text: Text("只在本机")) }
                }
            }
        }
    }
}

struct CoverageScreen_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView {
            CoverageHead(page: .sample)
            CoverageContent(page: .sample, review: {}, open: { _ in })
        }
    }
}
