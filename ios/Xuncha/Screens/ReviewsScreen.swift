// 审核: what waits for the head, with two large buttons each; a reason is asked for before one is returned.

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
                if let elsewhere = queue.elsewhere { Text(verbatim: elsewhere).sized() }
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
            ReasonSheet(model: model)
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
private struct AskingLine: View {
    var body: some View {
        Line(sign: "hourglass", color: .due, text: Text("正在送到服务器……"), step: .strong)
    }
}

/// Why it is returned: one of the usual sentences, or one's own.
private struct ReasonSheet: View {
    @ObservedObject var model: ReviewsModel

    var body: some View {
        Page(title: Text("退回"), back: .none, trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            Text(verbatim: model.shown.returning?.venueName ?? "").sized(.title)
            Text("哪里要补？可以选一句，也可以自己写。").sized()
            ForEach(model.shown.queue?.usualReasons ?? [], id: \.self) { reason in
                BigButton(Text(verbatim: reason), sign: "text.bubble", isQuiet: true) { model.write(reason) }
            }
            Field(
                label: Text("写在这里"),
                text: Binding(get: { model.shown.reason }, set: { model.write($0) }), isLong: true)
        } footer: {
            if model.shown.asking != nil {
                AskingLine()
            } else {
                BigButton(Text("退回"), sign: "arrow.uturn.backward") {
                    Task { await model.giveBack() }
                }
            }
            BigButton(Text("不退了"), sign: "xmark", isQuiet: true, action: model.leaveReason)
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
