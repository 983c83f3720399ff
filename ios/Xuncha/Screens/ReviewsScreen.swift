// 审核: what waits for the head, with a button that shows it and two that decide; a reason is asked for before one is
// returned.

import SwiftUI
import XunchaCore
import XunchaKit

struct ReviewsScreen: View {
    @StateObject private var model: ReviewsModel

    init(_ phone: Phone) {
        _model = StateObject(wrappedValue: ReviewsModel(phone))
    }

    var body: some View {
        Page(title: Text("待审核"), trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            if let queue = model.shown.queue {
                Text(verbatim: queue.text).sized(.title)
                ForEach(queue.lines, id: \.record) { line in ReviewCard(line: line, model: model) }
                if model.shown.hasOthers {
                    BigButton(Text("有新的待审核"), sign: "arrow.clockwise", isQuiet: true) { model.refresh() }
                }
            }
        }
        .sheet(
            isPresented: Binding(
                get: { model.shown.returning != nil }, set: { if !$0 { model.leaveReason() } })
        ) {
            ReasonSheet(
                venue: model.shown.returning?.venueName ?? "", usual: model.shown.queue?.usualReasons ?? [],
                reason: Binding(get: { model.shown.reason }, set: { model.write($0) }),
                isAsking: model.shown.asking != nil, trouble: model.shown.trouble,
                dismiss: model.dismissTrouble,
                send: { Task { await model.giveBack() } }, leave: model.leaveReason)
        }
        .onAppear { model.refresh() }
    }
}

/// One inspection that waits.
private struct ReviewCard: View {
    let line: ReviewLine
    @ObservedObject var model: ReviewsModel

    var body: some View {
        Card {
            Text(verbatim: line.venueName).sized(.strong)
            if line.isCorrection { CorrectionLine() }
            Text(verbatim: line.when).sized()
            Line(sign: "person.2", text: Text(verbatim: line.people.map(\.name).joined(separator: "、")))
            Line(sign: "mappin.and.ellipse", text: Text(verbatim: line.gradeLabel))
            ForEach(line.findings, id: \.item) { finding in
                Line(
                    sign: finding.severity.sign, color: finding.severity.color,
                    text: Text(verbatim: finding.question))
            }
            BigButton(Text("看内容"), sign: "doc.text.magnifyingglass", isQuiet: true) { model.look(at: line) }
                .accessibilityLabel(Text("看内容：\(line.venueName)"))
            if model.shown.asking == line.record {
                AskingLine()
            } else {
                SideBySide {
                    BigButton(Text("退回"), sign: "arrow.uturn.backward", isQuiet: true) {
                        model.beginReturning(line)
                    }
                    .accessibilityLabel(Text("退回：\(line.venueName)"))
                    BigButton(Text("通过"), sign: "checkmark") {
                        Task { await model.approve(line) }
                    }
                    .accessibilityLabel(Text("通过：\(line.venueName)"))
                }
            }
        }
    }
}

/// The hub is asked, for some seconds on a weak line.
struct AskingLine: View {
    var body: some View {
        Line(sign: "hourglass", color: .due, text: Text("正在送到服务器……"), step: .strong)
    }
}

/// Why it is returned: one of the usual sentences, or one's own.
struct ReasonSheet: View {
    let venue: String
    let usual: [String]
    let reason: Binding<String>
    let isAsking: Bool
    let trouble: Trouble?
    let dismiss: () -> Void
    let send: () -> Void
    let leave: () -> Void

    var body: some View {
        Page(title: Text("退回"), back: .none, trouble: trouble, dismiss: dismiss) {
            Text(verbatim: venue).sized(.title)
            Text("哪里要补？可以选一句，也可以自己写。").sized()
            ForEach(usual, id: \.self) { words in
                BigButton(Text(verbatim: words), sign: "text.bubble", isQuiet: true) {
                    reason.wrappedValue = words
                }
            }
            Field(label: Text("写在这里"), text: reason, isLong: true)
        } footer: {
            if isAsking {
                AskingLine()
            } else {
                BigButton(Text("退回"), sign: "arrow.uturn.backward", action: send)
            }
            BigButton(Text("不退了"), sign: "xmark", isQuiet: true, action: leave)
        }
    }
}

struct ReviewsScreen_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView {
            ForEach(ReviewQueue.sample.lines, id: \.record) { line in
                ReviewCard(line: line, model: ReviewsModel(.sample))
            }
        }
    }
}
