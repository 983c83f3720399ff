// Reads aloud, slowly, in the language of the texts.

import AVFoundation
import XunchaKit

@MainActor
final class Voice: Speaker {
    private let synthesizer = AVSpeechSynthesizer()

    nonisolated func say(_ text: String, in language: Language) -> Bool {
        let tag = language == .en ? "en-US" : "zh-CN"
        guard AVSpeechSynthesisVoice(language: tag) != nil else { return false }
        Task { @MainActor in
            synthesizer.stopSpeaking(at: .immediate)
            // Whoever taps on it wants to hear it, though the phone is on mute.
            try? AVAudioSession.sharedInstance().setCategory(
                .playback, mode: .spokenAudio, options: .duckOthers)
            let words = AVSpeechUtterance(string: text)
            words.voice = AVSpeechSynthesisVoice(language: tag)
            words.rate = AVSpeechUtteranceDefaultSpeechRate * 0.85
            synthesizer.speak(words)
        }
        return true
    }

    nonisolated func stop() {
        Task { @MainActor in synthesizer.stopSpeaking(at: .immediate) }
    }
}
