// Reads aloud, slowly, in the language of the texts.

import AVFoundation
import XunchaKit

@MainActor
final class Voice: Speaker {
    private let synthesizer = AVSpeechSynthesizer()

    nonisolated func say(_ text: String, in language: Language) {
        Task { @MainActor in
            synthesizer.stopSpeaking(at: .immediate)
            let words = AVSpeechUtterance(string: text)
            words.voice = AVSpeechSynthesisVoice(language: language == .en ? "en-US" : "zh-CN")
            words.rate = AVSpeechUtteranceDefaultSpeechRate * 0.85
            synthesizer.speak(words)
        }
    }

    nonisolated func stop() {
        Task { @MainActor in synthesizer.stopSpeaking(at: .immediate) }
    }
}
