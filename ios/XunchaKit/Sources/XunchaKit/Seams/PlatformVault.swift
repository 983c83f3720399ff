// The vault of the core's data key: a secret of this phone alone, kept by the platform, encrypts it. What the
// platform says about that secret decides whether a key is lost or only not to be had now; on "lost" the phone must
// enrol anew, so only a secret that is certainly gone counts.

import Foundation
import XunchaCore

/// Keeps one secret that never leaves this phone.
public protocol SecretStore: Sendable {
    /// The secret.
    func read() -> SecretRead
    /// Makes a new secret where there is none.
    func make() throws -> Data
}

/// What came of reading the secret.
public enum SecretRead: Equatable, Sendable {
    /// Here it is.
    case found(Data)
    /// There is none: it was never made, or the phone was reset or changed.
    case missing
    /// The platform does not give it now, as before the first unlock after a start.
    case locked(String)
}

/// Encrypts so that a change is noticed.
public protocol Cipher: Sendable {
    func seal(_ plain: Data, with secret: Data) throws -> Data
    /// Nothing, where it was sealed with another secret or changed since.
    func open(_ sealed: Data, with secret: Data) -> Data?
}

/// A vault on what the platform keeps.
public final class PlatformVault: KeyVault {
    private let store: any SecretStore
    private let cipher: any Cipher

    public init(store: any SecretStore, cipher: any Cipher) {
        self.store = store
        self.cipher = cipher
    }

    public func wrap(key: Data) throws -> Data {
        do {
            switch store.read() {
            case .found(let secret): return try cipher.seal(key, with: secret)
            case .missing: return try cipher.seal(key, with: store.make())
            case .locked(let why): throw VaultError.Unavailable(reason: why)
            }
        } catch let error as VaultError {
            throw error
        } catch {
            throw VaultError.Unavailable(reason: "\(error)")
        }
    }

    public func unwrap(wrapped: Data) throws -> Data {
        switch store.read() {
        case .locked(let why): throw VaultError.Unavailable(reason: why)
        case .missing: throw VaultError.KeyLost
        case .found(let secret):
            guard let key = cipher.open(wrapped, with: secret) else { throw VaultError.KeyLost }
            return key
        }
    }
}
