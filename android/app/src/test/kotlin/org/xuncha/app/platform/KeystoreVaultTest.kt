package org.xuncha.app.platform

import android.security.keystore.KeyPermanentlyInvalidatedException
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.xuncha.app.MemoryStore
import org.xuncha.core.VaultException
import java.security.KeyStoreException
import java.security.ProviderException

/** The vault tells a key that is lost for ever from a key store that does not answer now. */
@RunWith(RobolectricTestRunner::class)
class KeystoreVaultTest {
    private val store = MemoryStore()
    private val vault = KeystoreVault(store)
    private val key = ByteArray(32) { it.toByte() }

    @Test
    fun a_key_comes_back_and_lies_nowhere_in_the_open() {
        val wrapped = vault.wrap(key)
        assertFalse(String(wrapped, Charsets.ISO_8859_1).contains(String(key.copyOf(8), Charsets.ISO_8859_1)))
        assertArrayEquals(key, KeystoreVault(store).unwrap(wrapped))
    }

    @Test
    fun the_same_key_is_wrapped_in_another_way_each_time() {
        assertFalse(vault.wrap(key).contentEquals(vault.wrap(key)))
    }

    @Test
    fun a_reset_key_store_has_lost_the_key() {
        val wrapped = vault.wrap(key)
        store.lose()
        assertThrows(VaultException.KeyLost::class.java) { vault.unwrap(wrapped) }
        vault.wrap(key)
        assertThrows(VaultException.KeyLost::class.java) { vault.unwrap(wrapped) }
    }

    @Test
    fun what_was_not_wrapped_here_or_was_altered_is_lost_too() {
        val wrapped = vault.wrap(key)
        wrapped[wrapped.size - 1] = (wrapped.last() + 1).toByte()
        assertThrows(VaultException.KeyLost::class.java) { vault.unwrap(wrapped) }
        assertThrows(VaultException.KeyLost::class.java) { vault.unwrap(ByteArray(3)) }
    }

    @Test
    fun an_invalidated_key_is_lost() {
        val wrapped = vault.wrap(key)
        store.failure = KeyPermanentlyInvalidatedException()
        assertThrows(VaultException.KeyLost::class.java) { vault.unwrap(wrapped) }
    }

    @Test
    fun a_key_store_that_does_not_answer_is_unavailable_and_nothing_more() {
        val wrapped = vault.wrap(key)
        for (failure in listOf(ProviderException("locked"), KeyStoreException("no provider"))) {
            store.failure = failure
            assertThrows(VaultException.Unavailable::class.java) { vault.unwrap(wrapped) }
            assertThrows(VaultException.Unavailable::class.java) { vault.wrap(key) }
        }
        store.failure = null
        assertArrayEquals(key, vault.unwrap(wrapped))
    }
}
