// 审核: one record as the hub tells it, what was found first; then one of two large buttons.

import Foundation
import SwiftUI
import XunchaCore
import XunchaKit

struct ReviewScreen: View {
    @StateObject private var model: ReviewModel

    init(_ phone: Phone, record: RecordId) {
        _model = StateObject(wrappedValue: ReviewModel(phone, record: record))
    }

    var body: some View {
        Page(title: Text("审核"), trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            if model.shown.page != nil {
                ReviewContent(model: model)
            } else if model.shown.reading != nil {
                ReadingLine()
            } else {
                BigButton(Text("再试一次"), sign: "arrow.clockwise", isQuiet: true) {
                    Task { await model.read() }
                }
            }
        } footer: {
            if model.shown.page?.waits == true { ReviewButtons(model: model) }
        }
        .sheet(isPresented: Binding(get: { model.shown.photo != nil }, set: { _ in model.closePhoto() })) {
            PhotoSheet(jpeg: model.shown.photo, close: model.closePhoto)
        }
        .sheet(
            isPresented: Binding(get: { model.shown.isReturning }, set: { if !$0 { model.leaveReason() } })
        ) {
            ReasonSheet(
                venue: model.shown.page?.line.venueName ?? "",
                usual: model.shown.page?.usualReasons ?? [],
                reason: Binding(get: { model.shown.reason }, set: { model.write($0) }),
                isAsking: model.shown.isAsking, trouble: model.shown.trouble, dismiss: model.dismissTrouble,
                send: { Task { await model.giveBack() } }, leave: model.leaveReason)
        }
        .task { await model.read() }
    }
}

/// What was found, then how well the place is proven, then all that was answered.
private struct ReviewContent: View {
    @ObservedObject var model: ReviewModel

    var body: some View {
        if let page = model.shown.page {
            Text(verbatim: page.line.venueName).sized(.title)
            if page.line.isCorrection { CorrectionLine() }
            Text(verbatim: page.line.when).sized()
            Line(
                sign: "person.2",
                text: Text(verbatim: page.line.people.map(\.name).joined(separator: "、")))
            if !page.waits { Line(sign: "list.bullet", text: Text(verbatim: page.review), step: .strong) }
            if let note = page.note { Line(sign: "info.circle", color: .due, text: Text(verbatim: note)) }
            ForEach(page.line.findings, id: \.item) { finding in FindingCard(finding: finding) }
            if let content = page.content {
                EvidenceCard(evidence: content.evidence)
                if let note = content.note { Card { Line(sign: "pencil", text: Text(verbatim: note)) } }
            }
            Answered(head: Text("没有查看：\(model.shown.skipped.count) 题"), answers: model.shown.skipped)
            Answered(head: Text("已回答：\(model.shown.answered.count) 题"), answers: model.shown.answered)
            ForEach(page.photos, id: \.id) { photo in ReviewPhotoCard(photo: photo, model: model) }
            Text("内容只在这里显示，不存进手机。").sized(.small)
        }
    }
}

/// Some of the answers under what they are.
private struct Answered: View {
    let head: Text
    let answers: [AnswerLine]

    var body: some View {
        if !answers.isEmpty {
            head.sized(.strong).accessibilityAddTraits(.isHeader)
            AnswerCards(answers: answers)
        }
    }
}

/// A photo: where it is, and a button that fetches it.
private struct ReviewPhotoCard: View {
    let photo: ReviewPhoto
    @ObservedObject var model: ReviewModel

    var body: some View {
        Card {
            if let question = model.shown.question(of: photo) {
                Text(verbatim: question).sized()
            } else {
                Text("场所照片").sized()
            }
            if !photo.canBeSeen {
                Line(sign: "photo", text: Text(verbatim: photo.text))
            } else if model.shown.reading == .photo(photo.id) {
                ReadingLine()
            } else {
                BigButton(Text("看照片"), sign: "photo", isQuiet: true) {
                    Task { await model.look(at: photo) }
                }
            }
        }
    }
}

/// The two ways to decide.
private struct ReviewButtons: View {
    @ObservedObject var model: ReviewModel

    var body: some View {
        if model.shown.isAsking {
            AskingLine()
        } else {
            SideBySide {
                BigButton(Text("退回"), sign: "arrow.uturn.backward", isQuiet: true) {
                    model.beginReturning()
                }
                BigButton(Text("通过"), sign: "checkmark") { Task { await model.approve() } }
            }
        }
    }
}

/// It is on its way, for some seconds on a weak line.
private struct ReadingLine: View {
    var body: some View {
        Line(sign: "hourglass", color: .due, text: Text("正在读取……"), step: .strong)
    }
}

/// A photo out of memory.
private struct PhotoSheet: View {
    let jpeg: Data?
    let close: () -> Void

    var body: some View {
        Page(title: Text("照片"), back: .none) {
            if let picture = jpeg.flatMap(MemoryPicture.of) {
                picture.resizable().scaledToFit().accessibilityLabel(Text("照片"))
            } else {
                Text("这张照片打不开。").sized()
            }
        } footer: {
            BigButton(Text("关上"), sign: "xmark", action: close)
        }
    }
}

struct ReviewScreen_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView { ReviewContent(model: .sample) }
    }
}
