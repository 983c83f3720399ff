// 用文件上交: a file goes to the station's computer, and its answer is read in.

import SwiftUI
import XunchaCore
import XunchaKit

#if canImport(UniformTypeIdentifiers)
    import UniformTypeIdentifiers
#endif

struct HandOverScreen: View {
    @StateObject private var model: HandOverModel
    @State private var isChoosing = false

    init(_ phone: Phone, answer: OpenedFile? = nil) {
        _model = StateObject(wrappedValue: HandOverModel(phone, answer: answer))
    }

    var body: some View {
        Page(title: Text("用文件上交"), trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            if model.shown.asks {
                Text("现在读入刚才打开的文件吗？").sized(.title)
                Text("正在做的检查都已保存。可以做完检查，以后再打开那个文件。").sized()
            } else {
                if let taken = model.shown.taken { TakenCard(taken: taken) }
                if let written = model.shown.written {
                    Line(sign: "doc.fill", color: .good, text: Text(verbatim: written.text), step: .strong)
                }
                if let page = model.shown.page { HandOverCard(page: page) }
            }
        } footer: {
            if model.shown.asks {
                BigButton(Text("先接着检查"), sign: "arrow.uturn.backward", action: model.decline)
                BigButton(Text("读入回执文件"), sign: "doc.badge.arrow.up", isQuiet: true) {
                    Task { await model.readOffered() }
                }
            } else if model.shown.isBusy {
                Line(sign: "hourglass", color: .due, text: Text("请稍等"), step: .strong)
            } else if model.shown.page != nil {
                if let file = model.shown.file {
                    BigShare(Text("交出文件"), sign: "square.and.arrow.up", file: file)
                } else {
                    BigButton(Text("写文件"), sign: "doc.badge.plus") { Task { await model.write() } }
                }
                BigButton(Text("读入回执文件"), sign: "doc.badge.arrow.up", isQuiet: true) {
                    isChoosing = true
                }
            }
        }
        .task { await model.appeared() }
        .onDisappear { model.left() }
        .fileImporter(isPresented: $isChoosing, allowedContentTypes: [.data]) { chosen in
            Task { await model.take(chosen) }
        }
    }
}

/// What would go, and what is to be done.
struct HandOverCard: View {
    let page: HandOverPage

    var body: some View {
        Card {
            Text(verbatim: page.text).sized(.title)
            if let written = page.written { Line(sign: "clock", text: Text(verbatim: written)) }
        }
        ForEach(page.steps.indices, id: \.self) { number in
            Line(sign: "\(number + 1).circle", text: Text(verbatim: page.steps[number]))
        }
    }
}

/// What an answer brought.
struct TakenCard: View {
    let taken: TakenAnswer

    var body: some View {
        Card {
            Line(
                sign: "checkmark.circle.fill", color: .good, text: Text(verbatim: taken.text), step: .strong)
            ForEach(taken.notes, id: \.self) { note in Text(verbatim: note).sized() }
            ForEach(taken.warnings, id: \.self) { warning in
                Line(
                    sign: "exclamationmark.triangle.fill", color: .urgent, text: Text(verbatim: warning),
                    step: .strong)
            }
        }
    }
}

struct HandOverScreen_Previews: PreviewProvider {
    static var previews: some View {
        HandOverCard(page: .sample)
    }
}
