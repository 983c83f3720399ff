// One record: its honest state, what it says, and where it was returned, the way to correct it.

import SwiftUI
import XunchaCore
import XunchaKit

struct RecordScreen: View {
    @StateObject private var model: RecordModel

    init(_ phone: Phone, record: RecordId) {
        _model = StateObject(wrappedValue: RecordModel(phone, record: record))
    }

    var body: some View {
        Page(title: Text("记录"), trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            if let page = model.shown.page {
                DoneContent(page: page, receipt: model.shown.receipt)
                SaidCards(content: page.content)
                ForEach(page.photos, id: \.id) { photo in
                    PhotoCard(photo: photo) { Task { await model.look(at: photo) } }
                }
                Card {
                    Text("本机第 \(Int(page.seq)) 条记录，指纹：").sized(.small)
                    Text(verbatim: page.fingerprint).sized(.small)
                }
            }
        } footer: {
            if model.shown.page?.canCorrect == true {
                BigButton(Text("更正这次检查"), sign: "pencil", action: model.correct)
            }
        }
        .sheet(isPresented: Binding(get: { model.shown.photo != nil }, set: { _ in model.closePhoto() })) {
            Page(title: Text("照片"), back: .none) {
                if let photo = model.shown.photo { PhotoView(file: photo).accessibilityLabel(Text("照片")) }
            } footer: {
                BigButton(Text("关上"), sign: "xmark", action: model.closePhoto)
            }
        }
        .onAppear { model.refresh() }
    }
}

/// What a record says beside what was found.
struct SaidCards: View {
    let content: RecordContent?

    var body: some View {
        if let content {
            if !content.companions.isEmpty {
                let names = content.companions.map(\.name).joined(separator: "、")
                Card { Line(sign: "person.2", text: Text(verbatim: names)) }
            }
            if let note = content.note { Card { Line(sign: "pencil", text: Text(verbatim: note)) } }
            AnswerCards(answers: content.answers)
        } else {
            Text("这一条在本机打不开，会原样上传。").sized()
        }
    }
}

/// A photo of it: where it stands, and the photo itself as long as this phone has it.
struct PhotoCard: View {
    let photo: PhotoLine
    let look: () -> Void

    var body: some View {
        Card {
            Line(sign: photo.state.sign, color: photo.state.color, text: Text(verbatim: photo.text))
            if photo.onPhone { BigButton(Text("看照片"), sign: "photo", isQuiet: true, action: look) }
        }
    }
}

/// What was answered.
struct AnswerCards: View {
    let answers: [AnswerLine]

    var body: some View {
        ForEach(answers, id: \.item) { answer in
            Card {
                Text(verbatim: answer.question).sized(.strong)
                Text(verbatim: answer.answer).sized()
                if let note = answer.note { Text(verbatim: note).sized() }
            }
        }
    }
}

struct RecordScreen_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView {
            DoneContent(page: .sample)
            SaidCards(content: RecordPage.sample.content)
            AnswerCards(answers: AnswerLine.samples)
            PhotoCard(photo: .sample) {}
        }
    }
}
