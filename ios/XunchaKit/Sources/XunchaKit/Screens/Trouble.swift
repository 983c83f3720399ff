// What went wrong, in a sentence that a volunteer of 75 understands. Nearly all of them are the core's; here are
// those that only a shell knows.

import Foundation
import XunchaCore

/// The language of texts; the core's `Locale`, by a name that Foundation does not have too.
public typealias Language = XunchaCore.Locale

/// What went wrong, and what to do.
public struct Trouble: Equatable, Identifiable, Sendable {
    /// Which time: the same that goes wrong again is told again.
    public let id = UUID()
    /// What it was, to tell apart.
    public let cause: Cause
    /// The sentence.
    public let sentence: String

    /// What went wrong.
    public enum Cause: Equatable, Sendable {
        /// The core did not do it.
        case core(FieldErrorCode)
        /// The camera may not be used.
        case cameraRefused
        /// The camera gave no picture.
        case cameraFailed
        /// The phone has no voice for the language.
        case noVoice
        /// The app is not installed as a whole.
        case wrongLibrary
        /// Nothing that anybody foresaw.
        case unknown
    }

    /// An error as it came. The language is the core's to tell, which may be the very thing that is wrong.
    init(_ error: any Error, in language: @autoclosure () -> Language) {
        switch error {
        case let error as BookError:
            self.init(cause: .core(error.code), sentence: error.advice(locale: language()))
        case is WrongLibrary: self.init(cause: .wrongLibrary, sentence: WrongLibrary.sentence)
        default: self.init(.unknown, in: language())
        }
    }

    /// What only a shell knows.
    public init(_ cause: Cause, in language: Language) {
        self.init(cause: cause, sentence: Self.sentence(of: cause, in: language))
    }

    private init(cause: Cause, sentence: String) {
        self.cause = cause
        self.sentence = sentence
    }

    static func sentence(of cause: Cause, in language: Language) -> String {
        switch cause {
        case .core(let code):
            code.advice(locale: language)
        case .cameraRefused:
            language.pick(
                "没有允许用相机。可以不拍照，接着做；想拍照，请在手机的设置里允许。",
                "The camera is not allowed. You can go on without photos, or allow it in the phone's settings."
            )
        case .cameraFailed:
            language.pick(
                "这次没有拍成。可以再拍一次，也可以不拍，接着做。",
                "No picture was taken. Try again, or go on without one.")
        case .noVoice:
            language.pick(
                "这部手机没有装语音朗读。请自己看题，或者请家人帮忙装一个。",
                "This phone has no voice to read aloud. Please read it yourself, or have a voice installed.")
        case .wrongLibrary:
            WrongLibrary.sentence
        case .unknown:
            language.pick(
                "应用出错了，已保存的都在。请告诉站长。",
                "The app had a fault; what was saved is safe. Please tell your station head.")
        }
    }
}

extension BookError {
    /// For a shell to tell apart.
    public var code: FieldErrorCode {
        switch self {
        case .Failed(let code, _, _): code
        }
    }
}

extension Language {
    /// The text of this language.
    public func pick(_ zhHans: String, _ en: String) -> String {
        self == .en ? en : zhHans
    }
}
